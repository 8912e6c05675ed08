namespace Switchboard.Engine;

/// <summary>A token and how likely the model thought it, before temperature, bias and penalties.</summary>
/// <param name="Token">The token as text; U+FFFD stands for cut characters.</param>
/// <param name="Bytes">The token's bytes.</param>
/// <param name="LogProb">The natural logarithm of its probability.</param>
/// <param name="Top">The likeliest tokens in its place, likeliest first, where asked for.</param>
public sealed record TokenLogProb(string Token, ReadOnlyMemory<byte> Bytes, double LogProb, IReadOnlyList<TokenLogProb> Top);
