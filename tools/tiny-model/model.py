"""The network: a small Llama (RMSNorm, rotary positions, grouped heads, SwiGLU, tied embeddings)."""
from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import kernels


@dataclass(frozen=True)
class Shape:
    vocab: int = 2560
    dim: int = 256
    layers: int = 6
    heads: int = 8
    kv_heads: int = 4
    ff: int = 704
    context: int = 1024
    rope_base: float = 10000.0
    norm_eps: float = 1e-5

    @property
    def head_dim(self) -> int:
        return self.dim // self.heads

    def as_dict(self) -> dict:
        return asdict(self)


def rope_table(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosines and sines by position, one per pair of dimensions."""
    pairs = torch.arange(0, shape.head_dim, 2).float() / shape.head_dim
    angle = torch.outer(torch.arange(shape.context).float(), shape.rope_base ** -pairs)
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on neighbouring pairs: what GGUF's `llama` architecture expects, unpermuted.

    x: (batch, heads, time, head_dim)"""
    even, odd = x[..., 0::2], x[..., 1::2]
    cos, sin = cos.to(x.dtype), sin.to(x.dtype)
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


class Norm(nn.Module):
    def __init__(self, dim: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x: Tensor, kind: torch.dtype = torch.float32) -> Tensor:
        if kernels.lib and kind == torch.bfloat16:
            return kernels.RmsNorm.apply(x, self.weight, self.eps)
        x = x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight
        return x.to(kind)


class Attention(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.s = s
        self.split = [s.heads, s.kv_heads, s.kv_heads]
        self.qkv = nn.Linear(s.dim, sum(self.split) * s.head_dim, bias=False)  # one product in place of three: faster
        self.o = nn.Linear(s.heads * s.head_dim, s.dim, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        s, (b, t, _) = self.s, x.shape
        if mask is None:
            return self.o(kernels.RotaryAttention.apply(self.qkv(x), cos, sin, s.heads, s.kv_heads))
        q, k, v = self.qkv(x).view(b, t, -1, s.head_dim).transpose(1, 2).split(self.split, dim=1)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        group = s.heads // s.kv_heads
        # Fold the query heads that share one key head into the time axis: no copy of keys and values.
        q = q.reshape(b, s.kv_heads, group * t, s.head_dim)
        scores = (q @ k.transpose(-1, -2)).view(b, s.kv_heads, group, t, t) * s.head_dim ** -0.5
        weights = (scores + mask).softmax(-1).view(b, s.kv_heads, group * t, t)
        y = (weights @ v).view(b, s.heads, t, s.head_dim).transpose(1, 2).reshape(b, t, -1)
        return self.o(y)


class FeedForward(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.gate_up = nn.Linear(s.dim, 2 * s.ff, bias=False)
        self.down = nn.Linear(s.ff, s.dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        if kernels.lib and x.dtype == torch.bfloat16:
            return self.down(kernels.SwiGlu.apply(self.gate_up(x)))
        gate, up = self.gate_up(x).chunk(2, dim=-1)
        return self.down(F.silu(gate) * up)


class Block(nn.Module):
    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.attn_norm, self.attn = Norm(s.dim, s.norm_eps), Attention(s)
        self.ff_norm, self.ff = Norm(s.dim, s.norm_eps), FeedForward(s)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None, kind: torch.dtype) -> Tensor:
        # The residual stream stays float32; the products run in the model's compute type.
        x = x + self.attn(self.attn_norm(x, kind), cos, sin, mask)
        return x + self.ff(self.ff_norm(x, kind))


class Model(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocab, shape.dim)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.dim, shape.norm_eps)
        cos, sin = rope_table(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self._init_weights()

    def _init_weights(self) -> None:
        nn.init.normal_(self.embed.weight, std=0.02)
        for name, p in self.named_parameters():
            if p.dim() == 2 and "embed" not in name:
                nn.init.normal_(p, std=p.shape[1] ** -0.5 * 0.7)
                if name.endswith(("o.weight", "down.weight")):  # keep the residual stream calm at the start
                    p.data.mul_((2 * self.shape.layers) ** -0.5)

    def hidden(self, tokens: Tensor, kind: torch.dtype = torch.float32) -> Tensor:
        t = tokens.shape[1]
        cos, sin = self.cos[:t], self.sin[:t]
        fused = kernels.lib is not None and kind == torch.bfloat16 and self.shape.head_dim == 32
        mask = None if fused else torch.full((t, t), float("-inf"), dtype=kind).triu(1)
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x, cos, sin, mask, kind)
        return self.norm(x, kind)

    def logits(self, hidden: Tensor) -> Tensor:
        return F.linear(hidden, self.embed.weight)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.logits(self.hidden(tokens))
