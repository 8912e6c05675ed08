using Switchboard.Engine.Templates.Library;

namespace Switchboard.Engine.Templates.Syntax;

/// <summary>Something that has a value.</summary>
internal abstract class Expression
{
    public object? Evaluate(TemplateRun run)
    {
        run.Spend();
        return Compute(run);
    }

    protected abstract object? Compute(TemplateRun run);
}

internal sealed class Literal(object? value) : Expression
{
    protected override object? Compute(TemplateRun run) => value;
}

internal sealed class NameExpression(string name) : Expression
{
    public string Name { get; } = name;

    protected override object? Compute(TemplateRun run) => run.Lookup(Name);
}

internal sealed class ListExpression(List<Expression> items) : Expression
{
    protected override object? Compute(TemplateRun run) => items.ConvertAll(item => item.Evaluate(run));
}

internal sealed class MapExpression(List<(Expression Key, Expression Value)> items) : Expression
{
    protected override object? Compute(TemplateRun run)
    {
        var map = new TemplateMap();
        foreach (var (key, value) in items)
        {
            map[TemplateValues.ToText(key.Evaluate(run), run).Value] = value.Evaluate(run);
        }

        return map;
    }
}

internal sealed class ConditionalExpression(Expression condition, Expression then, Expression? otherwise) : Expression
{
    protected override object? Compute(TemplateRun run) =>
        TemplateValues.IsTrue(condition.Evaluate(run)) ? then.Evaluate(run) : otherwise?.Evaluate(run) ?? (otherwise is null ? new Undefined("else") : null);
}

internal sealed class NotExpression(Expression operand) : Expression
{
    protected override object? Compute(TemplateRun run) => !TemplateValues.IsTrue(operand.Evaluate(run));
}

internal sealed class NegateExpression(Expression operand) : Expression
{
    protected override object? Compute(TemplateRun run) => operand.Evaluate(run) switch
    {
        long number => (object)unchecked(-number),
        var value => -TemplateValues.ToDouble(value),
    };
}

/// <summary><c>target.name</c> and <c>target[key]</c>.</summary>
internal sealed class MemberExpression(Expression target, Expression key) : Expression
{
    public Expression Target { get; } = target;

    public Expression Key { get; } = key;

    protected override object? Compute(TemplateRun run) => (Target.Evaluate(run), Key.Evaluate(run)) switch
    {
        (TemplateMap map, MarkedText name) => map.TryGetValue(name.Value, out var value) ? value : new Undefined(name.Value),
        (List<object?> list, long index) => At(list.Count, index) is >= 0 and var i ? list[i] : new Undefined("index"),
        (MarkedText text, long index) => At(text.Length, index) is >= 0 and var i ? text.Slice(i, 1) : new Undefined("index"),
        (Undefined undefined, _) => throw new TemplateFault($"'{undefined.Name}' is undefined."),
        (_, var name) => new Undefined(TemplateValues.ToText(name, run).Value),
    };

    private static int At(int count, long index)
    {
        index += index < 0 ? count : 0;
        return index >= 0 && index < count ? (int)index : -1;
    }
}

/// <summary><c>target[start:stop:step]</c>.</summary>
internal sealed class SliceExpression(Expression target, Expression? start, Expression? stop, Expression? step) : Expression
{
    protected override object? Compute(TemplateRun run)
    {
        var value = target.Evaluate(run);
        var count = value switch
        {
            MarkedText text => text.Length,
            List<object?> list => list.Count,
            _ => throw new TemplateFault($"{TemplateValues.KindOf(value)} cannot be sliced."),
        };
        run.Spend(count);
        var stride = Bound(step, run) ?? 1;
        if (stride == 0)
        {
            throw new TemplateFault("A slice's step must not be 0.");
        }

        var (first, end) = Range(Bound(start, run), Bound(stop, run), stride, count);
        if (value is MarkedText whole && stride == 1)
        {
            return whole.Slice((int)first, (int)Math.Max(0, end - first));
        }

        var items = TemplateValues.Elements(value);
        var taken = new List<object?>();
        for (var i = first; stride > 0 ? i < end : i > end; i += stride)
        {
            taken.Add(items[(int)i]);
        }

        return value is MarkedText ? TemplateFilters.Join(taken, MarkedText.Empty, run) : taken;
    }

    private static long? Bound(Expression? bound, TemplateRun run) =>
        bound?.Evaluate(run) is { } value and not Undefined ? Math.Clamp(TemplateValues.ToInteger(value), -int.MaxValue, int.MaxValue) : null;

    private static (long First, long End) Range(long? start, long? stop, long step, int count)
    {
        var (least, most) = step > 0 ? (0, count) : (-1, count - 1);
        return (Place(start, step > 0 ? least : most), Place(stop, step > 0 ? most : least));

        long Place(long? bound, int absent) =>
            bound is { } place ? Math.Clamp(place < 0 ? place + count : place, least, most) : absent;
    }
}

internal sealed class CallExpression(Expression target, List<Expression> positional, List<(string Name, Expression Value)> named) : Expression
{
    public TemplateArguments EvaluateArguments(TemplateRun run)
    {
        var map = new TemplateMap();
        foreach (var (name, value) in named)
        {
            map[name] = value.Evaluate(run);
        }

        return new(positional.ConvertAll(argument => argument.Evaluate(run)), map);
    }

    protected override object? Compute(TemplateRun run)
    {
        if (target is MemberExpression { Key: Literal key } member)
        {
            var receiver = member.Target.Evaluate(run);
            return TemplateMethods.Call(receiver, ((MarkedText)key.Evaluate(run)!).Value, EvaluateArguments(run), run);
        }

        return target.Evaluate(run) switch
        {
            TemplateFunction function => function(EvaluateArguments(run), run),
            var value => throw new TemplateFault($"{TemplateValues.KindOf(value)} cannot be called."),
        };
    }
}

internal sealed class FilterExpression(Expression target, string name, CallExpression? call) : Expression
{
    protected override object? Compute(TemplateRun run) =>
        TemplateFilters.Apply(name, target.Evaluate(run), call?.EvaluateArguments(run) ?? new([], []), run);
}

internal sealed class TestExpression(Expression target, string name, CallExpression? call, bool negated) : Expression
{
    protected override object? Compute(TemplateRun run) =>
        TemplateTests.Apply(name, target.Evaluate(run), call?.EvaluateArguments(run) ?? new([], [])) != negated;
}
