"""What one would write by hand: every mini batch of a folder, one after the other.

Arguments: the folder, the output, and, to do a share of it only, which of how many.
"""

import sys
from pathlib import Path

import batch_score

folder, output, part, parts = [*sys.argv[1:], "0", "1"][:4]
files = sorted(map(str, Path(folder).iterdir()))[int(part) :: int(parts)]
batch_score.init()
with Path(output).open("w", encoding="utf-8") as file:
    for first in range(0, len(files), 10):
        for row in batch_score.run(files[first : first + 10]):
            file.write(f"{row}\n")
