import { boxes } from './box.js'

export const ellipse = boxes('ellipse')
