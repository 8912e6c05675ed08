using System.Diagnostics.CodeAnalysis;
using Switchboard.Gateway.Translation.Markup.Reasoning;
using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Gateway.Translation.Markup;

/// <summary>How the text of a model is read: what marks its reasoning, and how it writes calls.</summary>
internal sealed class MarkupFormat
{
    private readonly ReasoningForm? _reasoning;
    private readonly ToolForm[]? _tools;

    private MarkupFormat(ReasoningForm? reasoning, ToolForm[]? tools)
    {
        _reasoning = reasoning;
        _tools = tools;
    }

    /// <summary>The names of the reasoning parsers, in order.</summary>
    public static IReadOnlyList<string> ReasoningParsers { get; } = [.. ReasoningForms.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The names of the tool parsers, in order.</summary>
    public static IReadOnlyList<string> ToolParsers { get; } = [.. ToolForms.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Finds parsers by their names, whose case does not matter; a name that is null or empty stands for none.</summary>
    /// <param name="reasoningParser">The name of the reasoning parser.</param>
    /// <param name="toolParser">The name of the tool parser.</param>
    /// <param name="format">The format; null where neither is named.</param>
    /// <param name="fault">What is wrong with the names.</param>
    /// <returns>False where a name is not known.</returns>
    public static bool TryFind(string? reasoningParser, string? toolParser, out MarkupFormat? format, [NotNullWhen(false)] out string? fault)
    {
        format = null;
        fault = FaultOf("reasoning parser", reasoningParser, ReasoningParsers) ?? FaultOf("tool parser", toolParser, ToolParsers);
        if (fault is not null)
        {
            return false;
        }

        var reasoning = ReasoningForms.All.GetValueOrDefault(reasoningParser ?? "");
        var tools = ToolForms.All.GetValueOrDefault(toolParser ?? "");
        format = reasoning is null && tools is null ? null : new MarkupFormat(reasoning, tools);
        return true;
    }

    /// <summary>A reader of one text.</summary>
    /// <param name="tools">The tools of the request; null where it has none, and no call is looked for.</param>
    /// <param name="output">Takes what the text says.</param>
    public MarkupReader CreateReader(ToolSchemas? tools, IMarkupOutput output)
    {
        var toolStage = _tools is null || tools is null ? null : new ToolStage(_tools, tools, output);
        var afterReasoning = toolStage ?? output;
        return new MarkupReader(_reasoning is null ? null : new ReasoningStage(_reasoning, afterReasoning, toolStage), toolStage, output);
    }

    private static string? FaultOf(string kind, string? name, IReadOnlyList<string> known) =>
        string.IsNullOrEmpty(name) || known.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"There is no {kind} '{name}'; there are {string.Join(", ", known)}.";
}
