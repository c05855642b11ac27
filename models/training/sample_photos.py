"""The studio's sample photos, out of the CC0 photos of the training set: python3 sample_photos.py ../data/train ../../resources/samples

`noisy` rows get the camera noise that the denoiser is trained with (noise.camera), so that the samples show what it does.
"""
import json, sys
from pathlib import Path
import numpy as np
import torch
from PIL import Image
from noise import camera

SOURCE = "https://github.com/BuddiesOfBudgie/budgie-backgrounds"
PHOTOS = [  # id, name, row of manifest.csv, original there, width, quality, seed of the noise
    ("otters-high-iso", "Otters, high ISO", "large/0009.webp", "oakland-zoo-otters.jpg", 1200, 85, 10),
    ("lake", "Lake Sherburne", "large/0008.webp", "lake-sherburne.jpg", 1280, 82, None),
    ("osprey", "Perched osprey", "large/0011.webp", "perched-osprey.jpg", 1200, 82, None),
]

rows = []
for id, name, row, original, width, quality, seed in PHOTOS:
    photo = Image.open(Path(sys.argv[1]) / row).convert("RGB")
    photo = photo.resize((width, round(photo.height * width / photo.width)), Image.Resampling.LANCZOS)
    credit = f"{original} of budgie-backgrounds, scaled to {photo.width}x{photo.height}"
    if seed is not None:
        torch.manual_seed(seed)
        clean = torch.from_numpy(np.array(photo)).permute(2, 0, 1)[None].float() / 255
        noisy, sigma = camera(clean, np.random.default_rng(seed))
        print(id, "noise", round(float(sigma.median()) * 255, 1))
        photo = Image.fromarray((noisy[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8))
        credit += "; camera noise added by models/training/noise.py"
    photo.save(Path(sys.argv[2]) / f"{id}.jpg", quality=quality, optimize=True, progressive=True)
    rows.append({"id": id, "file": f"{id}.jpg", "name": name, "credit": credit, "source": SOURCE, "licence": "CC0-1.0"})
(Path(sys.argv[2]) / "samples.json").write_text(json.dumps(rows, indent=2) + "\n", "utf8")
