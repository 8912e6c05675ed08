using Switchboard.Engine.Templates.Syntax;

namespace Switchboard.Engine.Templates;

/// <summary>What a loop's body asked for.</summary>
internal enum LoopSignal
{
    None,
    Break,
    Continue,
}

/// <summary>The arguments of a call.</summary>
internal sealed record TemplateArguments(List<object?> Positional, TemplateMap Named)
{
    /// <summary>An argument by place or name; undefined where it was not given.</summary>
    public object? At(int index, string name) =>
        index < Positional.Count ? Positional[index] : Named.TryGetValue(name, out var value) ? value : new Undefined(name);
}

/// <summary>Something that a template can call.</summary>
internal delegate object? TemplateFunction(TemplateArguments arguments, TemplateRun run);

/// <summary>
/// One rendering: variables, output, and a budget. Templates come with downloaded files: whatever they say, they end soon and stay small.
/// </summary>
internal sealed class TemplateRun(TemplateMap globals, TimeProvider clock, long inputLength)
{
    public const int MostDepth = 64;

    private const long Steps = 2_000_000;
    private const int CharactersPerStep = 32;

    private readonly List<TemplateMap> _scopes = [globals, new TemplateMap()];
    private readonly long _mostText = (1 << 20) + (16 * inputLength);
    private long _budget = Steps + (4 * inputLength);

    public TimeProvider Clock { get; } = clock;

    public MarkedText.Builder Output { get; private set; } = new();

    public LoopSignal Signal { get; set; }

    /// <summary>Pays for a step that handles so many characters.</summary>
    public void Spend(long characters = 0)
    {
        _budget -= 1 + (characters / CharactersPerStep);
        if (_budget < 0 || characters > _mostText)
        {
            throw new TemplateFault("The template takes too long or writes too much.");
        }
    }

    public object? Lookup(string name)
    {
        for (var i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return new Undefined(name);
    }

    public void Set(string name, object? value) => _scopes[^1][name] = value;

    public void EnterScope() => _scopes.Add([]);

    public void LeaveScope() => _scopes.RemoveAt(_scopes.Count - 1);

    public void Write(MarkedText text)
    {
        Spend(text.Length);
        Output.Append(text);
        if (Output.Length > _mostText)
        {
            throw new TemplateFault("The template writes too much.");
        }
    }

    /// <summary>Runs statements and returns what they write.</summary>
    public MarkedText Capture(List<Statement> statements)
    {
        var outer = Output;
        Output = new();
        statements.ExecuteAll(this);
        var text = Output.Build();
        Output = outer;
        return text;
    }
}
