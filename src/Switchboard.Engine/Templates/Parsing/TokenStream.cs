namespace Switchboard.Engine.Templates.Parsing;

/// <summary>A template's tokens, read one after the other, and the nesting so far: a hostile template must not overflow the stack.</summary>
internal sealed class TokenStream(List<TemplateToken> tokens)
{
    private int _next;
    private int _depth;

    public TemplateToken Current => tokens[_next];

    public bool IsOperator(string text) => Current.Is(TemplateTokenKind.Operator, text);

    public bool IsName(string text) => Current.Is(TemplateTokenKind.Name, text);

    public TemplateToken Peek(int ahead = 1) => tokens[Math.Min(_next + ahead, tokens.Count - 1)];

    public TemplateToken Take()
    {
        var token = tokens[_next];
        _next = Math.Min(_next + 1, tokens.Count - 1);
        return token;
    }

    public bool TryTakeOperator(string text) => TryTake(TemplateTokenKind.Operator, text);

    public bool TryTakeName(string text) => TryTake(TemplateTokenKind.Name, text);

    public void ExpectOperator(string text)
    {
        if (!TryTakeOperator(text))
        {
            throw Unexpected($"'{text}'");
        }
    }

    public string ExpectName() => Current.Kind == TemplateTokenKind.Name ? Take().Text : throw Unexpected("a name");

    public void ExpectTagEnd()
    {
        if (Take().Kind != TemplateTokenKind.TagEnd)
        {
            throw Unexpected("the end of the tag");
        }
    }

    public TemplateFault Unexpected(string wanted) => new($"{wanted} is expected at {Current.Position}, not '{Current.Text}'.");

    public T Nested<T>(Func<T> parse)
    {
        if (++_depth > TemplateRun.MostDepth)
        {
            throw new TemplateFault("The template is nested too deeply.");
        }

        var result = parse();
        _depth--;
        return result;
    }

    private bool TryTake(TemplateTokenKind kind, string text)
    {
        if (!Current.Is(kind, text))
        {
            return false;
        }

        Take();
        return true;
    }
}
