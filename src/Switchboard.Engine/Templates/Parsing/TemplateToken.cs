namespace Switchboard.Engine.Templates.Parsing;

/// <summary>What a piece of a template is.</summary>
internal enum TemplateTokenKind
{
    /// <summary>Text outside of tags.</summary>
    Text,

    /// <summary><c>{{</c></summary>
    OutputStart,

    /// <summary><c>{%</c></summary>
    BlockStart,

    /// <summary><c>}}</c> or <c>%}</c></summary>
    TagEnd,

    Name,

    String,

    Number,

    Operator,

    End,
}

internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Text, int Position)
{
    public bool Is(TemplateTokenKind kind, string text) => Kind == kind && Text == text;
}
