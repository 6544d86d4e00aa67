"""Products of matrices of bfloat16 by AMX, Intel's Advanced Matrix Extensions.

Each of its eight registers holds 16 rows of 64 bytes: 16 numbers of float32, or pairs of bfloat16. TDPBF16PS adds to
16x16 sums the products of 16 rows of 32 numbers with 32 rows of 16. (Intel 64 and IA-32 Architectures Software
Developer's Manual, volume 1, chapter 18.)
"""

from __future__ import annotations

import ctypes
import platform
from typing import Any

from llvmlite import ir

from deployments.runtime.kernels.writer import INTEGER, POINTER, Writer

ROWS = 16
"""Of a register, and the numbers of float32, or pairs of bfloat16, in one of its rows."""
_BYTE = ir.IntType(8)
_ROW_BYTES, _REGISTERS = 64, 8
_ARCH_PRCTL, _ARCH_REQ_XCOMP_PERM, _XTILEDATA = 158, 0x1023, 18


def amx_allowed() -> bool:
    """Ask Linux for the registers: a process has them on request (since 5.16; Documentation/arch/x86/xstate.rst)."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return False
    return ctypes.CDLL(None).syscall(_ARCH_PRCTL, _ARCH_REQ_XCOMP_PERM, _XTILEDATA) == 0


class Registers:
    """Writes what a function does with them. `begin` comes first, `end` last."""

    def __init__(self, module: ir.Module, writer: Writer) -> None:
        self._module, self._builder = module, writer.builder

    def begin(self) -> None:
        """Let every register have its full size."""
        name = "amx_registers"
        layout = self._module.globals.get(name)
        if layout is None:
            columns = [_ROW_BYTES, 0] * _REGISTERS + [0] * 16
            data = [1, *[0] * 15, *columns, *[ROWS] * _REGISTERS, *[0] * 8]  # palette 1; LDTILECFG says where what is
            layout = ir.GlobalVariable(self._module, ir.ArrayType(_BYTE, len(data)), name)
            layout.initializer = ir.Constant(layout.value_type, data)
            layout.global_constant = True
        self._call("ldtilecfg", layout)

    def end(self) -> None:
        """Give them back: a thread whose registers are in use is slower to switch to."""
        self._call("tilerelease")

    def clear(self, register: int) -> None:
        self._call("tilezero", _BYTE(register))

    def load(self, register: int, place: Any, stride: int) -> None:
        """16 rows of 64 bytes, `stride` bytes apart."""
        self._call("tileloadd64", _BYTE(register), place, INTEGER(stride))

    def stream(self, register: int, place: Any, stride: int) -> None:
        """See load; what is read is not needed again soon, so that the cache keeps other lines."""
        self._call("tileloaddt164", _BYTE(register), place, INTEGER(stride))

    def store(self, register: int, place: Any, stride: int) -> None:
        """See load."""
        self._call("tilestored64", _BYTE(register), place, INTEGER(stride))

    def add_products(self, sums: int, rows: int, columns: int) -> None:
        self._call("tdpbf16ps", *map(_BYTE, (sums, rows, columns)))

    def _call(self, name: str, *arguments: Any) -> None:
        name = f"llvm.x86.{name}"
        function = self._module.globals.get(name)
        if function is None:
            kinds = [POINTER if isinstance(each.type, ir.PointerType) else each.type for each in arguments]
            function = ir.Function(self._module, ir.FunctionType(ir.VoidType(), kinds), name)
        self._builder.call(function, arguments)
