import { boxes } from './box.js'

export const rectangle = boxes('rectangle')
