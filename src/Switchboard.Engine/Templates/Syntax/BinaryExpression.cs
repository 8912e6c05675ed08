namespace Switchboard.Engine.Templates.Syntax;

/// <summary>Two values and an operator between them.</summary>
internal sealed class BinaryExpression(string symbol, Expression left, Expression right) : Expression
{
    protected override object? Compute(TemplateRun run)
    {
        var first = left.Evaluate(run);
        switch (symbol)
        {
            case "and":
                return TemplateValues.IsTrue(first) ? right.Evaluate(run) : first;
            case "or":
                return TemplateValues.IsTrue(first) ? first : right.Evaluate(run);
        }

        var second = right.Evaluate(run);
        return symbol switch
        {
            "==" => TemplateValues.Equals(first, second),
            "!=" => !TemplateValues.Equals(first, second),
            "<" => TemplateValues.Compare(first, second) < 0,
            ">" => TemplateValues.Compare(first, second) > 0,
            "<=" => TemplateValues.Compare(first, second) <= 0,
            ">=" => TemplateValues.Compare(first, second) >= 0,
            "in" => TemplateValues.Contains(second, first),
            "not in" => !TemplateValues.Contains(second, first),
            "~" => Concatenate(TemplateValues.ToText(first, run), TemplateValues.ToText(second, run), run),
            _ => Arithmetic(first, second, run),
        };
    }

    private static MarkedText Concatenate(MarkedText first, MarkedText second, TemplateRun run)
    {
        run.Spend((long)first.Length + second.Length);
        return new MarkedText.Builder().Append(first).Append(second).Build();
    }

    private static MarkedText Repeat(MarkedText text, long count, TemplateRun run)
    {
        count = Math.Clamp(count, 0, int.MaxValue);
        run.Spend(text.Length * count);
        var builder = new MarkedText.Builder();
        for (var i = 0; i < count && text.Length > 0; i++)
        {
            builder.Append(text);
        }

        return builder.Build();
    }

    private object? Arithmetic(object? first, object? second, TemplateRun run)
    {
        switch (symbol, first, second)
        {
            case ("+", MarkedText a, MarkedText b):
                return Concatenate(a, b, run);
            case ("+", List<object?> a, List<object?> b):
                run.Spend((long)a.Count + b.Count);
                return (List<object?>)[.. a, .. b];
            case ("*", MarkedText text, long count):
                return Repeat(text, count, run);
        }

        if (!TemplateValues.IsNumber(first) || !TemplateValues.IsNumber(second))
        {
            throw new TemplateFault($"{TemplateValues.KindOf(first)} {symbol} {TemplateValues.KindOf(second)} is not possible.");
        }

        return first is double || second is double || symbol is "/" or "**"
            ? (object)OfReals(TemplateValues.ToDouble(first), TemplateValues.ToDouble(second))
            : OfIntegers(TemplateValues.ToInteger(first), TemplateValues.ToInteger(second));
    }

    private double OfReals(double first, double second) => symbol switch
    {
        "+" => first + second,
        "-" => first - second,
        "*" => first * second,
        "/" => first / second,
        "//" => Math.Floor(first / second),
        "**" => Math.Pow(first, second),
        _ => first - (second * Math.Floor(first / second)),
    };

    private long OfIntegers(long first, long second)
    {
        if (symbol is "//" or "%" && second is 0 or -1)
        {
            return second == 0 ? throw new TemplateFault("A division by zero.") : symbol == "%" ? 0 : unchecked(-first);
        }

        return unchecked(symbol switch
        {
            "+" => first + second,
            "-" => first - second,
            "*" => first * second,
            "//" => (first / second) - (first % second != 0 && (first < 0) != (second < 0) ? 1 : 0),
            _ => ((first % second) + second) % second,
        });
    }
}
