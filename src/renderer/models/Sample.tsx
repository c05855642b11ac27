import type { ImportView } from '../../shared/contract.js'
import { mediaPath } from '../../shared/media.js'
import { mediaUrl } from '../client.js'
import { useText } from '../i18n/index.js'
import classes from './models.module.css'

/** A patch of a photo, or a scene with a hole, before and after, at the same size on the screen. `stale`: other values have been chosen since. */
export function Sample({ view: { id, tries, proposal }, stale }: { view: ImportView; stale: boolean }) {
  const text = useText()
  const fills = proposal.manifest.kind === 'inpainter'
  return (
    <figure className={classes.sample} data-stale={stale || undefined}>
      <div>
        {(['before', 'after'] as const).map((which) => (
          <div key={which}>
            <img
              src={mediaUrl(mediaPath.importSample(id, tries, which))}
              alt={text(`models.sample_${which}`)}
              draggable={false}
            />
            <span>{text(`models.sample_${which}`)}</span>
          </div>
        ))}
      </div>
      <figcaption>{text(stale ? 'models.sampleStale' : fills ? 'models.sampleFill' : 'models.sampleOf')}</figcaption>
    </figure>
  )
}
