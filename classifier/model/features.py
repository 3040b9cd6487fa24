"""Features of a frozen, published trunk: what a practitioner would try before training anything."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch.nn import functional as F

from classifier.model.trunks import make_trunk
from classifier.model.weights import PACKAGED, WeightsMissing, load_weights
from classifier.transforms import Frames, read_frame, to_frame, to_input

SIZE = (224, 224)  # what the published trunks were trained at
BATCH = 32


class PretrainedFeatures:
    """Unit features (N, width) of pictures; the trunk is never trained.

    Args:
        name: of PACKAGED, whose weights lie in an installed package.
        device: cpu or cuda.

    Raises:
        WeightsMissing: names those there are. MissingExtra: a package is not installed.
    """

    def __init__(self, name: str = "efficientnet-lite0", device: str | torch.device = "cpu") -> None:
        if name not in PACKAGED:
            raise WeightsMissing(f"{name!r} is not one of {', '.join(PACKAGED)}")
        self.name, self.device = name, torch.device(device)
        trunk = make_trunk(PACKAGED[name].trunk)
        load_weights(trunk, f"package:{name}")
        self.trunk = trunk.to(self.device).to(memory_format=torch.channels_last).eval()
        self.width = self.trunk.width
        self.bf16 = self.device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()

    def embed(self, images: Sequence[Image.Image]) -> npt.NDArray[np.float32]:
        """Of RGB pictures of any size, each fitted whole into the frame."""
        return self._embed(to_frame(image, SIZE) for image in images)

    def embed_files(self, paths: Sequence[Path]) -> npt.NDArray[np.float32]:
        """Of picture files, decoded in threads.

        Raises:
            BrokenImage: names the file.
        """
        with ThreadPoolExecutor(2) as pool:
            return self._embed(pool.map(lambda path: read_frame(path, SIZE), paths))

    @torch.inference_mode()
    def _embed(self, frames: Iterable[Frames]) -> npt.NDArray[np.float32]:
        waiting, features = iter(frames), [np.zeros((0, self.width), np.float32)]
        while batch := list(islice(waiting, BATCH)):
            pixels = torch.from_numpy(np.stack(batch)).to(self.device)
            images = to_input(pixels, self.trunk.normalisation).contiguous(memory_format=torch.channels_last)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
                found = self.trunk(images)
            features.append(F.normalize(found, dim=1).cpu().numpy())
        return np.concatenate(features)
