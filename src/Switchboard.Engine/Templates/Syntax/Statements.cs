namespace Switchboard.Engine.Templates.Syntax;

/// <summary>A part of a template that writes or changes something.</summary>
internal abstract class Statement
{
    public abstract void Execute(TemplateRun run);
}

internal sealed class TextStatement(string text) : Statement
{
    private readonly MarkedText _text = MarkedText.Trusted(text);

    public override void Execute(TemplateRun run) => run.Write(_text);
}

internal sealed class OutputStatement(Expression value) : Statement
{
    public override void Execute(TemplateRun run) => run.Write(TemplateValues.ToText(value.Evaluate(run), run));
}

internal sealed class IfStatement(List<(Expression? Condition, List<Statement> Body)> branches) : Statement
{
    public override void Execute(TemplateRun run)
    {
        foreach (var (condition, body) in branches)
        {
            if (condition is null || TemplateValues.IsTrue(condition.Evaluate(run)))
            {
                body.ExecuteAll(run);
                return;
            }
        }
    }
}

/// <summary><c>set name = value</c> and <c>set space.name = value</c>.</summary>
internal sealed class SetStatement(string name, string? member, Expression value) : Statement
{
    public override void Execute(TemplateRun run)
    {
        var result = value.Evaluate(run);
        if (member is null)
        {
            run.Set(name, result);
        }
        else if (run.Lookup(name) is TemplateMap { IsNamespace: true } space)
        {
            space[member] = result;
        }
        else
        {
            throw new TemplateFault($"'{name}' is not a namespace.");
        }
    }
}

/// <summary><c>set name</c> … <c>endset</c>.</summary>
internal sealed class CaptureStatement(string name, List<Statement> body) : Statement
{
    public override void Execute(TemplateRun run) => run.Set(name, run.Capture(body));
}

internal sealed class SignalStatement(LoopSignal signal) : Statement
{
    public override void Execute(TemplateRun run) => run.Signal = signal;
}

internal sealed class ForStatement(List<string> names, Expression items, Expression? filter, List<Statement> body, List<Statement>? otherwise) : Statement
{
    public override void Execute(TemplateRun run)
    {
        var elements = Filter(TemplateValues.Elements(items.Evaluate(run)), run);
        for (var i = 0; i < elements.Count; i++)
        {
            run.Spend();
            run.EnterScope();
            Bind(elements[i], run);
            run.Set("loop", LoopOf(elements, i));
            body.ExecuteAll(run);
            run.LeaveScope();
            var signal = run.Signal;
            run.Signal = LoopSignal.None;
            if (signal == LoopSignal.Break)
            {
                break;
            }
        }

        if (elements.Count == 0)
        {
            otherwise?.ExecuteAll(run);
        }
    }

    private static TemplateMap LoopOf(List<object?> elements, int index) => new()
    {
        ["index"] = index + 1L,
        ["index0"] = (long)index,
        ["revindex"] = (long)(elements.Count - index),
        ["revindex0"] = (long)(elements.Count - index - 1),
        ["first"] = index == 0,
        ["last"] = index == elements.Count - 1,
        ["length"] = (long)elements.Count,
        ["previtem"] = index > 0 ? elements[index - 1] : new Undefined("previtem"),
        ["nextitem"] = index + 1 < elements.Count ? elements[index + 1] : new Undefined("nextitem"),
    };

    private List<object?> Filter(List<object?> elements, TemplateRun run)
    {
        if (filter is null)
        {
            return elements;
        }

        var kept = new List<object?>();
        foreach (var element in elements)
        {
            run.EnterScope();
            Bind(element, run);
            if (TemplateValues.IsTrue(filter.Evaluate(run)))
            {
                kept.Add(element);
            }

            run.LeaveScope();
        }

        return kept;
    }

    private void Bind(object? element, TemplateRun run)
    {
        if (names.Count == 1)
        {
            run.Set(names[0], element);
            return;
        }

        if (element is not List<object?> parts || parts.Count != names.Count)
        {
            throw new TemplateFault($"{TemplateValues.KindOf(element)} cannot be taken apart into {names.Count} names.");
        }

        for (var i = 0; i < names.Count; i++)
        {
            run.Set(names[i], parts[i]);
        }
    }
}

internal static class StatementLists
{
    /// <summary>Runs statements until one asks to leave the loop around them.</summary>
    public static void ExecuteAll(this List<Statement> statements, TemplateRun run)
    {
        foreach (var statement in statements)
        {
            if (run.Signal != LoopSignal.None)
            {
                return;
            }

            run.Spend();
            statement.Execute(run);
        }
    }
}
