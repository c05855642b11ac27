// The content security policy forbids eval, which zod would try out: it is told before the first schema is made.
import { z } from 'zod'

z.config({ jitless: true })
