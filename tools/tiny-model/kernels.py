"""Calls kernels.cpp, if it was built. ctypes lets go of the interpreter's lock, so two workers run side by side."""
from __future__ import annotations

import ctypes
from pathlib import Path

import torch
from torch import Tensor

_path = Path(__file__).parent / "build" / "kernels.so"
lib = ctypes.CDLL(str(_path)) if _path.exists() else None


def _at(x: Tensor) -> ctypes.c_void_p:
    return ctypes.c_void_p(x.data_ptr())


class RotaryAttention(torch.autograd.Function):
    """qkv: (batch, time, (heads + 2 kv_heads) * 32) bfloat16 -> (batch, time, heads * 32)"""

    @staticmethod
    def forward(ctx, qkv: Tensor, cos: Tensor, sin: Tensor, heads: int, kv_heads: int) -> Tensor:
        qkv = qkv.contiguous()
        b, t, _ = qkv.shape
        out = torch.empty(b, t, heads * 32, dtype=torch.bfloat16)
        lse = torch.empty(b, heads, t)
        lib.attention_forward(_at(qkv), _at(cos), _at(sin), _at(out), _at(lse), b, t, heads, kv_heads)
        ctx.save_for_backward(qkv, cos, sin, out, lse)
        ctx.heads = heads, kv_heads
        return out

    @staticmethod
    def backward(ctx, grad: Tensor):
        qkv, cos, sin, out, lse = ctx.saved_tensors
        b, t, _ = qkv.shape
        grad, dqkv = grad.contiguous(), torch.empty_like(qkv)
        lib.attention_backward(_at(qkv), _at(cos), _at(sin), _at(out), _at(lse), _at(grad), _at(dqkv), b, t, *ctx.heads)
        return dqkv, None, None, None, None


class RmsNorm(torch.autograd.Function):
    """float32 in, bfloat16 out."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        x = x.contiguous()
        c = x.shape[-1]
        n = x.numel() // c
        y, scale = torch.empty_like(x, dtype=torch.bfloat16), torch.empty(n)
        lib.norm_forward(_at(x), _at(weight), _at(y), _at(scale), n, c, ctypes.c_float(eps))
        ctx.save_for_backward(x, weight, scale)
        return y

    @staticmethod
    def backward(ctx, grad: Tensor):
        x, weight, scale = ctx.saved_tensors
        grad, dx, dw = grad.contiguous(), torch.empty_like(x), torch.zeros_like(weight)
        lib.norm_backward(_at(x), _at(weight), _at(scale), _at(grad), _at(dx), _at(dw), len(scale), len(weight))
        return dx, dw, None


class SwiGlu(torch.autograd.Function):
    """(…, 2 ff) bfloat16, gate first -> (…, ff)"""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        x = x.contiguous()
        f = x.shape[-1] // 2
        y = torch.empty(*x.shape[:-1], f, dtype=torch.bfloat16)
        lib.swiglu_forward(_at(x), _at(y), x.numel() // (2 * f), f)
        ctx.save_for_backward(x)
        return y

    @staticmethod
    def backward(ctx, grad: Tensor):
        (x,) = ctx.saved_tensors
        f = x.shape[-1] // 2
        grad, dx = grad.contiguous(), torch.empty_like(x)
        lib.swiglu_backward(_at(x), _at(grad), _at(dx), x.numel() // (2 * f), f)
        return dx
