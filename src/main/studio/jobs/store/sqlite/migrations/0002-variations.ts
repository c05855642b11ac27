/** Version 2: an item may be one of several variations of its picture. */
export const variations = `
ALTER TABLE items ADD COLUMN variation INTEGER;
`
