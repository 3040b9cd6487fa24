"""`python -m truther.simulate PLAN`: one simulation over the folder that TRUTHER_DATA_DIR names, as JSON."""

import json
import os
import sys
import time
from dataclasses import asdict

import django


def main() -> None:
    """Read the plan, a JSON object, and print what came of it; steps are told on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "truther.settings")
    django.setup()
    from truther.simulate.plan import Plan
    from truther.simulate.run import NotThrowAway, simulate

    began = time.monotonic()

    def say(step: str) -> None:
        print(f"{time.monotonic() - began:8.1f} s  {step}", file=sys.stderr, flush=True)

    try:
        result = simulate(Plan(**json.loads(sys.argv[1])), say=say)
    except NotThrowAway as refusal:
        sys.exit(str(refusal))
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()
