"""Register many versions of a small model, as a long project does: folder, number."""

import sys
from pathlib import Path

from azmlinfsrv.registry import ModelDescription, Registration, Registry

registry = Registry(Path(sys.argv[1]))
model = registry.root.with_name("model.pkl")
model.write_bytes(b"weights")
about = ModelDescription("A model.", {"area": "bench"}, {}, "scikit-learn", "1.5")
for number in range(int(sys.argv[2])):
    registry.register(Registration(f"model-{number % 4}", model, about))
