"""Run a program and print the most memory that it held, in bytes: program, its words."""

import resource
import subprocess
import sys

done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
if done.returncode:
    sys.exit(f"It ended with {done.returncode}.")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
