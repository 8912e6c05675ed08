using System.Globalization;
using Switchboard.Engine.Templates.Syntax;

namespace Switchboard.Engine.Templates.Parsing;

/// <summary>Parses expressions; operators bind as in Jinja.</summary>
internal sealed class ExpressionParser(TokenStream tokens)
{
    /// <summary>A chain such as <c>a.b.c…</c> or <c>a + b + …</c> nests to the left; this many links are enough.</summary>
    private const int LongestChain = 256;

    /// <summary>From the weakest to the strongest; comparisons and <c>not</c> stand between <c>and</c> and <c>+</c>.</summary>
    private static readonly string[][] s_arithmetic = [["+", "-"], ["~"], ["*", "/", "//", "%"], ["**"]];

    private static readonly string[] s_comparisons = ["==", "!=", "<=", ">=", "<", ">"];

    public Expression Parse() => tokens.Nested(ParseConditional);

    /// <summary>An expression, or several with commas between them, which are a list.</summary>
    public Expression ParseTuple()
    {
        var first = Parse();
        if (!tokens.IsOperator(","))
        {
            return first;
        }

        var items = new List<Expression> { first };
        while (tokens.TryTakeOperator(",") && tokens.Current.Kind != TemplateTokenKind.TagEnd && !tokens.IsOperator(")"))
        {
            items.Add(Parse());
        }

        return new ListExpression(items);
    }

    /// <summary>An expression without <c>if … else</c>: what a loop runs over, for its own <c>if</c> follows.</summary>
    public Expression ParseOr() => ParseChain(["or"], () => ParseChain(["and"], ParseNot, TemplateTokenKind.Name), TemplateTokenKind.Name);

    private Expression ParseConditional()
    {
        var value = ParseOr();
        for (var links = 0; tokens.TryTakeName("if"); links++)
        {
            CheckChain(links);
            var condition = ParseOr();
            var otherwise = tokens.TryTakeName("else") ? Parse() : null;
            value = new ConditionalExpression(condition, value, otherwise);
        }

        return value;
    }

    private static void CheckChain(int links)
    {
        if (links > LongestChain)
        {
            throw new TemplateFault("An expression is too long.");
        }
    }

    private Expression ParseChain(string[] symbols, Func<Expression> operand, TemplateTokenKind kind = TemplateTokenKind.Operator)
    {
        var left = operand();
        for (var links = 0; tokens.Current.Kind == kind && symbols.Contains(tokens.Current.Text); links++)
        {
            CheckChain(links);
            left = new BinaryExpression(tokens.Take().Text, left, operand());
        }

        return left;
    }

    private Expression ParseNot() =>
        tokens.TryTakeName("not") ? new NotExpression(tokens.Nested(ParseNot)) : ParseComparison();

    private Expression ParseComparison()
    {
        var left = ParseArithmetic(0);
        for (var links = 0; ComparisonAhead() is { } symbol; links++)
        {
            CheckChain(links);
            left = new BinaryExpression(symbol, left, ParseArithmetic(0));
        }

        return left;
    }

    private string? ComparisonAhead()
    {
        if (tokens.TryTakeName("in"))
        {
            return "in";
        }

        if (tokens.IsName("not") && tokens.Peek().Is(TemplateTokenKind.Name, "in"))
        {
            tokens.Take();
            tokens.Take();
            return "not in";
        }

        return tokens.Current.Kind == TemplateTokenKind.Operator && s_comparisons.Contains(tokens.Current.Text) ? tokens.Take().Text : null;
    }

    private Expression ParseArithmetic(int level) =>
        level == s_arithmetic.Length ? ParseUnary() : ParseChain(s_arithmetic[level], () => ParseArithmetic(level + 1));

    /// <summary>A sign binds its operand's members and calls, but not its filters: <c>-3 | abs</c> is 3.</summary>
    private Expression ParseUnary() => ParseUnary(filters: true);

    private Expression ParseUnary(bool filters)
    {
        var value = tokens.TryTakeOperator("-") ? new NegateExpression(tokens.Nested(() => ParseUnary(filters: false)))
            : tokens.TryTakeOperator("+") ? tokens.Nested(() => ParseUnary(filters: false))
            : ParsePrimary();
        for (var links = 0; ; links++)
        {
            CheckChain(links);
            if ((ParsePostfix(value) ?? (filters ? ParseFilter(value) : null)) is not { } longer)
            {
                return value;
            }

            value = longer;
        }
    }

    private Expression? ParsePostfix(Expression value)
    {
        if (tokens.TryTakeOperator("."))
        {
            return new MemberExpression(value, new Literal(MarkedText.Trusted(tokens.Current.Kind == TemplateTokenKind.Number ? tokens.Take().Text : tokens.ExpectName())));
        }

        if (tokens.TryTakeOperator("["))
        {
            return ParseSubscript(value);
        }

        return tokens.IsOperator("(") ? ParseCall(value) : null;
    }

    private Expression? ParseFilter(Expression value)
    {
        if (tokens.TryTakeOperator("|"))
        {
            return new FilterExpression(value, tokens.ExpectName(), tokens.IsOperator("(") ? ParseCall(value) : null);
        }

        return tokens.TryTakeName("is") ? ParseTest(value) : null;
    }

    private TestExpression ParseTest(Expression value)
    {
        var negated = tokens.TryTakeName("not");
        var name = tokens.ExpectName();
        if (tokens.IsOperator("("))
        {
            return new TestExpression(value, name, ParseCall(value), negated);
        }

        // A test's one argument may stand without parentheses: "x is divisibleby 3".
        var bare = tokens.Current.Kind is TemplateTokenKind.String or TemplateTokenKind.Number
            || (tokens.Current.Kind == TemplateTokenKind.Name && tokens.Current.Text is not ("and" or "or" or "else" or "if" or "is" or "in" or "not"));
        return new TestExpression(value, name, bare ? new CallExpression(value, [ParsePrimary()], []) : null, negated);
    }

    private Expression ParseSubscript(Expression value)
    {
        var bounds = new Expression?[3];
        var colons = 0;
        while (!tokens.TryTakeOperator("]"))
        {
            if (tokens.TryTakeOperator(":"))
            {
                colons++;
            }
            else if (bounds[colons] is null)
            {
                bounds[colons] = Parse();
            }
            else
            {
                throw tokens.Unexpected("']'");
            }

            if (colons > 2)
            {
                throw tokens.Unexpected("']'");
            }
        }

        if (colons > 0)
        {
            return new SliceExpression(value, bounds[0], bounds[1], bounds[2]);
        }

        return new MemberExpression(value, bounds[0] ?? throw tokens.Unexpected("a key"));
    }

    private CallExpression ParseCall(Expression target)
    {
        tokens.ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<(string Name, Expression Value)>();
        while (!tokens.TryTakeOperator(")"))
        {
            if (tokens.Current.Kind == TemplateTokenKind.Name && tokens.Peek().Is(TemplateTokenKind.Operator, "="))
            {
                var name = tokens.ExpectName();
                tokens.Take();
                named.Add((name, Parse()));
            }
            else
            {
                positional.Add(Parse());
            }

            if (!tokens.IsOperator(")"))
            {
                tokens.ExpectOperator(",");
            }
        }

        return new CallExpression(target, positional, named);
    }

    private Expression ParsePrimary()
    {
        var token = tokens.Take();
        return token.Kind switch
        {
            TemplateTokenKind.String => new Literal(MarkedText.Trusted(AdjacentStrings(token.Text))),
            TemplateTokenKind.Number => new Literal(ParseNumber(token.Text)),
            TemplateTokenKind.Name => ParseName(token.Text),
            TemplateTokenKind.Operator when token.Text == "(" => ParseParentheses(),
            TemplateTokenKind.Operator when token.Text == "[" => new ListExpression(ParseItems("]", Parse)),
            TemplateTokenKind.Operator when token.Text == "{" => new MapExpression(ParseItems("}", ParseEntry)),
            _ => throw new TemplateFault($"A value is expected at {token.Position}, not '{token.Text}'."),
        };
    }

    private string AdjacentStrings(string text)
    {
        while (tokens.Current.Kind == TemplateTokenKind.String)
        {
            text += tokens.Take().Text;
        }

        return text;
    }

    private static object ParseNumber(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
        ? (object)whole
        : double.Parse(text, CultureInfo.InvariantCulture);

    private static Expression ParseName(string name) => name switch
    {
        "true" or "True" => new Literal(true),
        "false" or "False" => new Literal(false),
        "none" or "None" => new Literal(null),
        _ => new NameExpression(name),
    };

    private Expression ParseParentheses()
    {
        if (tokens.TryTakeOperator(")"))
        {
            return new ListExpression([]);
        }

        var value = ParseTuple();
        tokens.ExpectOperator(")");
        return value;
    }

    private (Expression Key, Expression Value) ParseEntry()
    {
        var key = Parse();
        tokens.ExpectOperator(":");
        return (key, Parse());
    }

    private List<T> ParseItems<T>(string close, Func<T> parse)
    {
        var items = new List<T>();
        while (!tokens.TryTakeOperator(close))
        {
            items.Add(parse());
            if (!tokens.IsOperator(close))
            {
                tokens.ExpectOperator(",");
            }
        }

        return items;
    }
}
