namespace Switchboard.Engine.Tokenization;

/// <summary>A merge that was possible when proposed: a symbol with its right neighbour, together this long.</summary>
internal readonly record struct Merging(int Left, int Length);

/// <summary>A stretch of text that merges so far have made, linked to its neighbours; -1 is no neighbour.</summary>
internal record struct Symbol(int Start, int Length, int Previous, int Next);

/// <summary>The symbols of a text, merged step by step.</summary>
internal sealed class SymbolList
{
    private readonly Symbol[] _symbols;

    private SymbolList(Symbol[] symbols, int count)
    {
        (_symbols, Count) = (symbols, count);
        if (count > 0)
        {
            _symbols[count - 1].Next = -1;
        }
    }

    public int Count { get; }

    public ref readonly Symbol this[int index] => ref _symbols[index];

    /// <summary>A symbol for each character; surrogate pairs stay together.</summary>
    public static SymbolList OfCharacters(ReadOnlySpan<char> text)
    {
        var symbols = new Symbol[text.Length];
        var count = 0;
        for (var i = 0; i < text.Length;)
        {
            var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
            symbols[count] = new Symbol(i, length, count - 1, count + 1);
            count++;
            i += length;
        }

        return new SymbolList(symbols, count);
    }

    /// <summary>Merges, unless an earlier merge took one of the two symbols.</summary>
    public bool TryMerge(Merging merging)
    {
        ref var left = ref _symbols[merging.Left];
        if (left.Length == 0 || left.Next < 0 || left.Length + _symbols[left.Next].Length != merging.Length)
        {
            return false;
        }

        ref var right = ref _symbols[left.Next];
        left.Length = merging.Length;
        right.Length = 0;
        left.Next = right.Next;
        if (right.Next >= 0)
        {
            _symbols[right.Next].Previous = merging.Left;
        }

        return true;
    }
}
