"""What the CPU can do, and the machine code for it.

llvmlite writes it in memory, so no compiler is needed; what it wrote before comes from the cache (objects.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import llvmlite.binding as llvm

from deployments.models.compact_weights import CHANNELS
from deployments.runtime.kernels.amx import amx_allowed
from deployments.runtime.kernels.objects import kept_object

Numbers: TypeAlias = Literal["f32", "bf16", "int16"]
"""What the kernel multiplies: float32, bfloat16, or integers of 16 bits."""


class KernelUnavailable(Exception):
    """Why the kernel cannot run here; torch can."""


@dataclass(frozen=True)
class Cpu:
    """The vector registers that code is written for."""

    vectors: str
    """`avx512` or `avx2`."""
    lanes: int
    """float32 numbers in a register."""
    columns: int
    """Registers side by side in the product loop: with six rows of them, as many as there are registers for."""
    bf16: bool
    """Whether it multiplies pairs of bfloat16 (AVX512_BF16)."""
    amx: bool
    """Whether AMX multiplies them, which AVX512_BF16 is slower than float32 beside."""
    vnni: bool
    """Whether it multiplies pairs of integers of 16 bits (AVX512_VNNI)."""
    features: str
    """For LLVM."""

    @property
    def in_place(self) -> bool:
        """Whether sums may be written where their inputs are: registers hold those of all outputs."""
        return self.lanes * self.columns >= CHANNELS

    @property
    def numbers(self) -> list[Numbers]:
        """What it multiplies, the fastest last."""
        there = {"f32": True, "bf16": self.bf16, "int16": self.vnni}
        order: tuple[Numbers, ...] = ("f32", "int16", "bf16") if self.amx else ("f32", "bf16", "int16")
        return [each for each in order if there[each]]


def cpu_with(features: Mapping[str, bool]) -> Cpu:
    """The CPU of this machine with `features` alone, by LLVM's names; raises KernelUnavailable.

    Only x86-64: on other CPUs nothing was measured, and torch has Winograd's convolution on AArch64 already.
    """
    flat = ",".join(f"{'+' if there else '-'}{name}" for name, there in sorted(features.items()))
    if features.get("avx512f") and features.get("avx512vl"):
        bf16 = bool(features.get("avx512bf16"))  # also converts to bfloat16
        by_amx = bf16 and bool(features.get("amx-tile")) and bool(features.get("amx-bf16")) and amx_allowed()
        return Cpu("avx512", 16, 4, bf16, by_amx, bool(features.get("avx512vnni")), flat)
    if features.get("avx2") and features.get("fma"):
        return Cpu("avx2", 8, 2, bf16=False, amx=False, vnni=False, features=flat)
    raise KernelUnavailable("the kernel needs a CPU with AVX2")


def host_features() -> dict[str, bool]:
    """What this machine's CPU has, by LLVM's names; raises KernelUnavailable where LLVM cannot tell."""
    try:
        return dict(llvm.get_host_cpu_features())
    except RuntimeError as error:
        raise KernelUnavailable(f"the CPU's features are unknown: {error}") from error


class MachineCode:
    """Functions in memory. Callers keep this object for as long as they call them."""

    def __init__(self, text: str, cpu: Cpu) -> None:
        """Translate a module in LLVM's language for `cpu`; raises KernelUnavailable."""
        try:
            llvm.initialize_native_target()
            llvm.initialize_native_asmprinter()
            name = llvm.get_host_cpu_name()
            machine = llvm.Target.from_default_triple().create_target_machine(cpu=name, features=cpu.features, opt=3)
            found = kept_object(f"{name}\n{cpu.features}\n{text}", lambda: _translated(text, machine))
            self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(found))
            self._engine.finalize_object()
        except (RuntimeError, OSError) as error:
            raise KernelUnavailable(f"no machine code could be made: {error}") from error

    def function(self, name: str, signature: Any) -> Any:
        """The function of that name as ctypes calls it, without the GIL; `signature` is a CFUNCTYPE."""
        return signature(self._engine.get_function_address(name))


def _translated(text: str, machine: llvm.TargetMachine) -> bytes:
    """The object file of a module."""
    module = llvm.parse_assembly(text)
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    passes.getModulePassManager().run(module, passes)
    return bytes(machine.emit_object(module))
