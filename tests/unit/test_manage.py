"""The command line as a shell uses it."""

import subprocess
import sys

from truther.config import ROOT


def test_a_reader_that_has_seen_enough_ends_a_command_quietly():
    command = [sys.executable, "manage.py", "help", "--commands"]
    writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stderr is not None

    writer.stdout.close()

    assert writer.stderr.read() == b""
    assert writer.wait(timeout=30) == 141
    writer.stderr.close()
