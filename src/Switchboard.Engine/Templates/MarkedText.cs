using System.Text;

namespace Switchboard.Engine.Templates;

/// <summary>
/// Text that remembers which stretches came from the conversation. Those stay plain text when the whole is cut into tokens; a message
/// cannot forge the control tokens of the template.
/// </summary>
internal sealed class MarkedText
{
    public static readonly MarkedText Empty = new(string.Empty, []);

    private readonly (int Start, int End)[] _user;

    private MarkedText(string value, (int Start, int End)[] user)
    {
        (Value, _user) = (value, user);
    }

    public string Value { get; }

    public int Length => Value.Length;

    public static MarkedText Trusted(string text) => text.Length == 0 ? Empty : new(text, []);

    public static MarkedText FromUser(string text) => text.Length == 0 ? Empty : new(text, [(0, text.Length)]);

    /// <summary>A changed text of the same origin as a whole: from the user where any of the old was.</summary>
    public MarkedText Rewrite(string text) => _user.Length == 0 ? Trusted(text) : FromUser(text);

    /// <summary>A changed text of the same length, such as in upper case; the marks stay where they are.</summary>
    public MarkedText Respell(string text) => text.Length == Length ? new(text, _user) : Rewrite(text);

    /// <summary>Whether no part of a stretch came from the conversation.</summary>
    public bool IsTrusted(int start, int length)
    {
        var (low, high) = (0, _user.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _user[middle].End <= start ? (middle + 1, high) : (low, middle);
        }

        return low == _user.Length || _user[low].Start >= start + length;
    }

    public MarkedText Slice(int start, int length)
    {
        if (start == 0 && length == Length)
        {
            return this;
        }

        var user = new List<(int Start, int End)>();
        foreach (var (from, to) in _user)
        {
            var (begin, end) = (Math.Max(from, start), Math.Min(to, start + length));
            if (begin < end)
            {
                user.Add((begin - start, end - start));
            }
        }

        return new(Value.Substring(start, length), [.. user]);
    }

    public override string ToString() => Value;

    /// <summary>Joins texts, marks included.</summary>
    internal sealed class Builder
    {
        private readonly StringBuilder _text = new();
        private readonly List<(int Start, int End)> _user = [];

        public int Length => _text.Length;

        public Builder Append(MarkedText text)
        {
            foreach (var (start, end) in text._user)
            {
                if (_user.Count > 0 && _user[^1].End == start + _text.Length)
                {
                    _user[^1] = (_user[^1].Start, end + _text.Length);
                }
                else
                {
                    _user.Add((start + _text.Length, end + _text.Length));
                }
            }

            _text.Append(text.Value);
            return this;
        }

        public MarkedText Build() => new(_text.ToString(), [.. _user]);
    }
}
