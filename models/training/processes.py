"""One training, one process or several: torchrun says which through the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import nn


@dataclass(frozen=True, slots=True)
class Processes:
    """This process among the others."""

    rank: int
    world: int
    device: torch.device

    @property
    def first(self) -> bool:
        """True in the one that writes files and talks."""
        return self.rank == 0

    def agree(self, value: float) -> float:
        """Return the first process's value in all of them."""
        if self.world == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return float(shared)

    def wait(self) -> None:
        """Return once all are here."""
        if self.world > 1:
            dist.barrier()

    def share(self, net: nn.Module) -> nn.Module:
        """Return a network whose gradients are the mean over all processes."""
        if self.world == 1:
            return net
        return nn.parallel.DistributedDataParallel(
            net, gradient_as_bucket_view=True, forward_sync_buffers=False
        )

    def leave(self) -> None:
        """Part from the others."""
        if self.world > 1:
            dist.destroy_process_group()


def join(threads: int = 0) -> Processes:
    """Take this process's place: a GPU each where there are any.

    Args:
        threads: of this process on the processor; 0 shares the cores out. On a machine
            that others use, one thread and more processes are far quicker: threads wait
            for each other in every layer, processes once a step.
    """
    world = int(os.environ.get("WORLD_SIZE", "1"))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    else:
        torch.set_num_threads(threads or max(1, (os.cpu_count() or 1) // world))
    if world > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return Processes(int(os.environ.get("RANK", "0")), world, device)
