namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>Finds the words and phrases of a list, the longest where several begin. Nothing is held back but what may become one.</summary>
internal sealed class WordFinder : TextFinder
{
    private const string Kind = "REDACTED";

    private readonly Node _root = new();
    private readonly bool _whole;
    private readonly bool _ignoreCase;

    public WordFinder(IEnumerable<string> words, bool wholeWords, bool ignoreCase)
    {
        _whole = wholeWords;
        _ignoreCase = ignoreCase;
        foreach (var word in words)
        {
            var node = _root;
            foreach (var character in word)
            {
                node = node.GetOrAdd(Fold(character));
            }

            node.IsWord = true;
        }
    }

    /// <inheritdoc/>
    public override bool TryFind(ReadOnlySpan<char> text, int from, bool isEnd, out Finding found, out int safe)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (_whole && at > 0 && IsWord(text[at - 1]) && IsWord(text[at]))
            {
                continue;
            }

            var length = Match(text[at..], isEnd);
            if (length == 0)
            {
                continue;
            }

            found = new Finding(at, length, Kind);
            safe = at;
            return length > 0;
        }

        found = default;
        safe = text.Length;
        return false;
    }

    // Its length; 0 where none begins here, -1 where what follows decides.
    private int Match(ReadOnlySpan<char> text, bool isEnd)
    {
        var (node, longest) = (_root, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (node.Find(Fold(text[i])) is not { } next)
            {
                return longest;
            }

            node = next;
            if (!node.IsWord)
            {
                continue;
            }

            if (i + 1 == text.Length && !isEnd && (_whole || node.HasMore))
            {
                return -1;
            }

            longest = !_whole || i + 1 == text.Length || !(IsWord(text[i]) && IsWord(text[i + 1])) ? i + 1 : longest;
        }

        return isEnd || !node.HasMore ? longest : -1;
    }

    private char Fold(char character) => _ignoreCase ? char.ToUpperInvariant(character) : character;

    private sealed class Node
    {
        private Dictionary<char, Node>? _next;

        public bool IsWord { get; set; }

        public bool HasMore => _next is not null;

        public Node? Find(char character) => _next?.GetValueOrDefault(character);

        public Node GetOrAdd(char character)
        {
            _next ??= [];
            if (!_next.TryGetValue(character, out var node))
            {
                _next.Add(character, node = new Node());
            }

            return node;
        }
    }
}
