using System.Text;

namespace Switchboard.Client.Helpers;

/// <summary>A text that comes in pieces, and the JSON in it when somebody asks for that.</summary>
internal sealed class GrowingText
{
    private readonly StringBuilder _text = new();
    private string? _whole;
    private PartialJson? _json;
    private int _read;

    /// <summary>In UTF-16 units.</summary>
    public int Length => _text.Length;

    /// <summary>The text as JSON that is still arriving; it goes on with the text whenever it is asked for here.</summary>
    public PartialJson Json
    {
        get
        {
            _json ??= new PartialJson();
            if (_read < _text.Length)
            {
                _json.Append(_text.ToString(_read, _text.Length - _read));
                _read = _text.Length;
            }

            return _json;
        }
    }

    public void Append(string? piece)
    {
        if (!string.IsNullOrEmpty(piece))
        {
            _text.Append(piece);
            _whole = null;
        }
    }

    /// <summary>Takes the whole text in place of the pieces; nothing changes where they were the same.</summary>
    public void Set(string text)
    {
        if (!_text.Equals(text))
        {
            _text.Clear().Append(text);
            (_json, _read) = (null, 0);
        }

        _whole = text;
    }

    public override string ToString() => _whole ??= _text.ToString();

    /// <summary>The first part of the text.</summary>
    public string ToString(int length) => length == _text.Length ? ToString() : _text.ToString(0, Math.Min(length, _text.Length));
}
