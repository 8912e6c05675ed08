using Switchboard.Engine.Templates.Syntax;

namespace Switchboard.Engine.Templates.Parsing;

/// <summary>Parses a template's statements.</summary>
internal sealed class TemplateParser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;

    private TemplateParser(List<TemplateToken> tokens)
    {
        _tokens = new TokenStream(tokens);
        _expressions = new ExpressionParser(_tokens);
    }

    public static List<Statement> Parse(string source)
    {
        var parser = new TemplateParser(new TemplateLexer(source).Read());
        var statements = parser.ParseUntil([]);
        return parser._tokens.Current.Kind == TemplateTokenKind.End ? statements : throw parser._tokens.Unexpected("the end of the template");
    }

    /// <summary>Parses statements up to a block that begins with one of these words, which is left to the caller.</summary>
    private List<Statement> ParseUntil(string[] ends)
    {
        var statements = new List<Statement>();
        while (_tokens.Current.Kind != TemplateTokenKind.End)
        {
            if (_tokens.Current.Kind == TemplateTokenKind.BlockStart && ends.Contains(_tokens.Peek().Text))
            {
                break;
            }

            statements.AddRange(_tokens.Nested(ParseStatement));
        }

        return statements;
    }

    private List<Statement> ParseStatement()
    {
        var token = _tokens.Take();
        switch (token.Kind)
        {
            case TemplateTokenKind.Text:
                return [new TextStatement(token.Text)];
            case TemplateTokenKind.OutputStart:
                var value = _expressions.ParseTuple();
                _tokens.ExpectTagEnd();
                return [new OutputStatement(value)];
            default:
                return ParseBlock();
        }
    }

    private List<Statement> ParseBlock()
    {
        var word = _tokens.ExpectName();
        switch (word)
        {
            case "if":
                return [ParseIf()];
            case "for":
                return [ParseFor()];
            case "set":
                return [ParseSet()];
            case "break" or "continue":
                _tokens.ExpectTagEnd();
                return [new SignalStatement(word == "break" ? LoopSignal.Break : LoopSignal.Continue)];
            case "generation":
                // Marks the assistant's text for training; nothing when rendering.
                return ParseBody("endgeneration");
            default:
                throw new TemplateFault($"The block '{word}' is not supported.");
        }
    }

    /// <summary>The rest of an opening tag, a body, and its closing tag.</summary>
    private List<Statement> ParseBody(string end)
    {
        _tokens.ExpectTagEnd();
        var body = ParseUntil([end]);
        CloseBlock(end);
        return body;
    }

    private void CloseBlock(string end)
    {
        if (_tokens.Current.Kind != TemplateTokenKind.BlockStart || _tokens.Peek().Text != end)
        {
            throw _tokens.Unexpected($"'{end}'");
        }

        _tokens.Take();
        _tokens.Take();
        _tokens.ExpectTagEnd();
    }

    private IfStatement ParseIf()
    {
        var branches = new List<(Expression? Condition, List<Statement> Body)>();
        var condition = _expressions.ParseTuple();
        while (true)
        {
            _tokens.ExpectTagEnd();
            branches.Add((condition, ParseUntil(["elif", "else", "endif"])));
            if (_tokens.Peek().Text != "elif" || _tokens.Current.Kind != TemplateTokenKind.BlockStart)
            {
                break;
            }

            _tokens.Take();
            _tokens.Take();
            condition = _expressions.ParseTuple();
        }

        if (TryTakeElse())
        {
            branches.Add((null, ParseUntil(["endif"])));
        }

        CloseBlock("endif");
        return new IfStatement(branches);
    }

    private bool TryTakeElse()
    {
        if (_tokens.Current.Kind != TemplateTokenKind.BlockStart || _tokens.Peek().Text != "else")
        {
            return false;
        }

        _tokens.Take();
        _tokens.Take();
        _tokens.ExpectTagEnd();
        return true;
    }

    private ForStatement ParseFor()
    {
        var names = new List<string> { _tokens.ExpectName() };
        while (_tokens.TryTakeOperator(","))
        {
            names.Add(_tokens.ExpectName());
        }

        if (!_tokens.TryTakeName("in"))
        {
            throw _tokens.Unexpected("'in'");
        }

        var items = _expressions.ParseOr();
        var filter = _tokens.TryTakeName("if") ? _expressions.Parse() : null;
        _tokens.ExpectTagEnd();
        var body = ParseUntil(["else", "endfor"]);
        var otherwise = TryTakeElse() ? ParseUntil(["endfor"]) : null;
        CloseBlock("endfor");
        return new ForStatement(names, items, filter, body, otherwise);
    }

    private Statement ParseSet()
    {
        var name = _tokens.ExpectName();
        var member = _tokens.TryTakeOperator(".") ? _tokens.ExpectName() : null;
        if (!_tokens.TryTakeOperator("="))
        {
            return new CaptureStatement(name, ParseBody("endset"));
        }

        var value = _expressions.ParseTuple();
        _tokens.ExpectTagEnd();
        return new SetStatement(name, member, value);
    }
}
