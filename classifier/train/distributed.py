"""One training on several processes, started by torchrun: the batch is shared, the result is the same.

Every process draws the same chance for the whole batch and takes its slice of the rows. Embeddings are
gathered before the loss, and batch-norm statistics are those of the whole batch, so that losses between
pictures and norms see what one process would have seen. Gradients are averaged in one piece, which leaves
heads whose rows are touched unevenly, and frozen parts, in no need of special care.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, nn
from torch import distributed as dist
from torch.nn import functional as F
from torch.nn.modules.batchnorm import _BatchNorm

LONGEST_WAIT = timedelta(hours=6)  # the others wait while the first measures the finished run


@dataclass(frozen=True, slots=True)
class World:
    """The processes that share a training, as one of them sees it."""

    rank: int = 0
    size: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process is the one that writes files and reports."""
        return self.rank == 0

    def mine(self, count: int) -> slice:
        """This process's share of `count` rows; together the shares are all rows, in order."""
        return slice(count * self.rank // self.size, count * (self.rank + 1) // self.size)

    def gather(self, rows: Tensor, count: int) -> Tensor:
        """All `count` rows, each process having given its share; gradients find their way back."""
        if self.size == 1:
            return rows
        whole = rows.new_zeros(count, *rows.shape[1:])
        mine = self.mine(count)
        return _Sum.apply(torch.cat([whole[: mine.start], rows, whole[mine.stop :]]))  # type: ignore[no-any-return]

    @torch.no_grad()
    def average_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Give every process the mean of all processes' gradients."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        parts = flat.div_(self.size).split([gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def any(self, flag: bool) -> bool:
        """Whether one of the processes says so; all of them get the same answer."""
        if self.size == 1:
            return flag
        said = torch.tensor(int(flag), device=_device())
        dist.all_reduce(said, dist.ReduceOp.MAX)
        return bool(said.item())

    def wait(self) -> None:
        """Go on when all processes are here."""
        if self.size > 1:
            dist.barrier()


ALONE = World()


@contextmanager
def world() -> Iterator[World]:
    """The world torchrun made, or a world of one."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1 or dist.is_initialized():
        yield World(dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else ALONE
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo", timeout=LONGEST_WAIT)
    try:
        yield World(dist.get_rank(), size)
    finally:
        dist.destroy_process_group()


def share_norms(net: nn.Module, world: World) -> None:
    """Let batch norms use the statistics of the whole batch, wherever its rows are."""
    if world.size == 1:
        return
    for module in list(net.modules()):
        for name, child in module.named_children():
            if isinstance(child, _BatchNorm):
                setattr(module, name, SharedNorm(child))


class SharedNorm(nn.Module):
    """A batch norm whose statistics are summed over all processes; nn.SyncBatchNorm knows no CPU."""

    def __init__(self, norm: _BatchNorm) -> None:
        super().__init__()
        self.weight, self.bias, self.eps, self.momentum = (
            norm.weight,
            norm.bias,
            norm.eps,
            norm.momentum or 0.1,
        )
        assert norm.running_mean is not None
        assert norm.running_var is not None
        assert norm.num_batches_tracked is not None
        self.running_mean, self.running_var = nn.Buffer(norm.running_mean), nn.Buffer(norm.running_var)
        self.num_batches_tracked = nn.Buffer(norm.num_batches_tracked)

    def forward(self, images: Tensor) -> Tensor:
        if not self.training:
            mean, var = self.running_mean, self.running_var
            return F.batch_norm(images, mean, var, self.weight, self.bias, False, 0.0, self.eps)
        axes = [0, *range(2, images.ndim)]
        values = images.float()
        count = values.new_full((1,), values.numel() / values.shape[1])
        sums = _Sum.apply(torch.cat([values.sum(axes), values.square().sum(axes), count]))
        mean, square = (sums[:-1] / sums[-1].detach()).chunk(2)
        var = square - mean.square()
        self._remember(mean.detach(), var.detach(), sums[-1].detach())
        scale = self.weight * (var + self.eps).rsqrt()
        shape = (1, -1, *[1] * (images.ndim - 2))
        moved: Tensor = values * scale.view(shape) + (self.bias - mean * scale).view(shape)
        return moved.to(images.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, var: Tensor, count: Tensor) -> None:
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(var * count / (count - 1), self.momentum)
        self.num_batches_tracked.add_(1)


class _Sum(torch.autograd.Function):
    """The sum over all processes; so is its gradient, since each of them goes on to a loss of its own."""

    @staticmethod
    def forward(_: object, mine: Tensor) -> Tensor:
        total = mine.contiguous().clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(_: object, gradient: Tensor) -> Tensor:  # type: ignore[override]
        total = gradient.contiguous().clone()
        dist.all_reduce(total)
        return total


def _device() -> torch.device:
    return torch.device("cuda" if dist.get_backend() == "nccl" else "cpu")
