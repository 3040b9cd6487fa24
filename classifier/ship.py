"""The copy of a run that goes into the repository."""

from dataclasses import replace
from pathlib import Path

from classifier.checkpoint import read_tensors, write_tensors
from classifier.runs import read_facts, write_facts


def ship(run: Path, out: Path) -> int:
    """Copy a run in half precision and without its head, which knows only the styles of its own training.

    Returns:
        Size of the weights in bytes.

    Raises:
        RunError: it is not a whole run.
    """
    facts, bundle = read_facts(run), read_tensors(run / "weights.safetensors")
    out.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in bundle.tensors.items()
        if name != "head"
    }
    write_tensors(out / "weights.safetensors", tensors, {})
    write_facts(out, replace(facts, id=out.name))
    return (out / "weights.safetensors").stat().st_size
