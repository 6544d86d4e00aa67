"""Writes functions in LLVM's language: vectors with operators, loops, and places in arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

INTEGER, WORD, SHORT = ir.IntType(64), ir.IntType(32), ir.IntType(16)
FLOAT, HALF, POINTER = ir.FloatType(), ir.HalfType(), ir.PointerType()


class BFloat16(ir.Type):
    """A type of LLVM's that llvmlite has no name for."""

    def _to_string(self) -> str:
        return "bfloat"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BFloat16)

    def __hash__(self) -> int:
        return hash(BFloat16)


@dataclass(frozen=True)
class Lanes:
    """A vector of float32 in the code being written. A product and a sum may become one instruction."""

    builder: Any
    value: Any

    def __add__(self, other: Lanes) -> Lanes:
        return Lanes(self.builder, self.builder.fadd(self.value, other.value, flags=("contract",)))

    def __sub__(self, other: Lanes) -> Lanes:
        return Lanes(self.builder, self.builder.fsub(self.value, other.value, flags=("contract",)))

    def __mul__(self, other: Lanes | float) -> Lanes:
        factor = other if isinstance(other, Lanes) else self.like(other)
        return Lanes(self.builder, self.builder.fmul(self.value, factor.value, flags=("contract",)))

    def like(self, *numbers: float) -> Lanes:
        """A constant of the same type: one number for each lane, or one for all."""
        count = self.value.type.count
        return Lanes(self.builder, ir.Constant(self.value.type, list(numbers) * (count // len(numbers))))

    def where(self, comparison: str, limit: float, other: Lanes) -> Lanes:
        """`other` in the lanes where `self` `comparison` `limit` holds; not a number stays so."""
        chosen = self.builder.fcmp_ordered(comparison, self.value, self.like(limit).value)
        return Lanes(self.builder, self.builder.select(chosen, other.value, self.value))

    def pick(self, lanes: Sequence[int]) -> Lanes:
        """The vector of these lanes."""
        mask = ir.Constant(ir.VectorType(WORD, len(lanes)), list(lanes))
        undefined = ir.Constant(self.value.type, ir.Undefined)
        return Lanes(self.builder, self.builder.shuffle_vector(self.value, undefined, mask))


class Writer:
    """One function whose arguments are pointers, then integers."""

    def __init__(self, module: Any, name: str, pointers: int, integers: int) -> None:
        kind = ir.FunctionType(ir.VoidType(), [POINTER] * pointers + [INTEGER] * integers)
        self.function = ir.Function(module, kind, name)
        self.builder = ir.IRBuilder(self.function.append_basic_block())
        self.arguments: Sequence[Any] = self.function.args

    @contextmanager
    def loop(self, stop: Any, step: int = 1) -> Iterator[Any]:
        """What is written inside runs with the index 0, `step`, ... below `stop`."""
        builder, before = self.builder, self.builder.block
        stop = INTEGER(stop) if isinstance(stop, int) else stop
        body, after = builder.append_basic_block(), builder.append_basic_block()
        builder.cbranch(builder.icmp_signed("<", INTEGER(0), stop), body, after)
        builder.position_at_end(body)
        index = builder.phi(INTEGER)
        index.add_incoming(INTEGER(0), before)
        yield index
        following = builder.add(index, INTEGER(step))
        index.add_incoming(following, builder.block)
        builder.cbranch(builder.icmp_signed("<", following, stop), body, after)
        builder.position_at_end(after)

    def place(self, array: Any, element: Any, sizes: Sequence[int], *indices: Any) -> Any:
        """Where `array[indices]` is; `sizes` are those of every dimension but the first."""
        kind = element
        for size in reversed(sizes):
            kind = ir.ArrayType(kind, size)
        plain = [INTEGER(index) if isinstance(index, int) else index for index in indices]
        return self.builder.gep(array, plain, source_etype=kind)

    def memory(self, kind: Any) -> Any:
        """Where the function has room for one `kind`: on its stack, or in a register if LLVM finds one."""
        with self.builder.goto_entry_block():
            place = self.builder.alloca(kind)
        place.align = 64
        place.type = POINTER  # or llvmlite would let nothing else be stored there
        return place

    def load(self, place: Any, kind: Any, align: int = 4) -> Lanes:
        """The vector or number at `place`."""
        return Lanes(self.builder, self.builder.load(place, typ=kind, align=align))

    def store(self, lanes: Lanes, place: Any, align: int = 4) -> None:
        self.builder.store(lanes.value, place, align=align)

    def spread(self, number: Any, kind: Any) -> Lanes:
        """The vector of type `kind` with `number` in every lane."""
        one = self.builder.insert_element(ir.Constant(kind, ir.Undefined), number, WORD(0))
        return Lanes(self.builder, one).pick([0] * kind.count)

    def intrinsic(self, name: str, result: Any, *values: Any) -> Any:
        """What LLVM's function `llvm.<name>` makes of `values`."""
        module, kind = self.function.module, ir.FunctionType(result, [value.type for value in values])
        name = f"llvm.{name}"
        return self.builder.call(module.globals.get(name) or ir.Function(module, kind, name), values)

    def prefetch(self, place: Any) -> None:
        """Ask for the cache line at `place`, which need not be one that may be read."""
        read, near, data = WORD(0), WORD(3), WORD(1)
        self.intrinsic("prefetch.p0", ir.VoidType(), place, read, near, data)
