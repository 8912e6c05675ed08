using System.Text;

namespace Switchboard.SpecGen.Emit;

/// <summary>Text of a C# file, indented by its braces.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _blankDue;
    private bool _opened;

    /// <summary>Writes a line, or several.</summary>
    public void Line(string lines)
    {
        if (_blankDue)
        {
            _text.Append('\n');
            _blankDue = false;
        }

        _opened = false;
        foreach (var line in lines.Split('\n'))
        {
            _text.Append(' ', line.Length == 0 ? 0 : _depth * 4).Append(line).Append('\n');
        }
    }

    /// <summary>A blank line, unless a block just opened or ends here.</summary>
    public void Blank() => _blankDue = !_opened;

    public void Open(string head)
    {
        if (head.Length > 0)
        {
            Line(head);
        }

        Line("{");
        _depth++;
        _opened = true;
    }

    public void Close(string tail = "}")
    {
        _blankDue = false;
        _depth--;
        Line(tail);
    }

    /// <summary>A documentation comment of one element.</summary>
    public void Summary(string text) => Line($"/// <summary>{text}</summary>");

    public override string ToString() => _text.ToString();
}
