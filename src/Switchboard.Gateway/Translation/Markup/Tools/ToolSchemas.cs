using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>The tools of a request: which there are, and what their parameters are.</summary>
/// <param name="tools">The member <c>tools</c> of the request, a JSON list; empty where it is not known. Read when the first call asks.</param>
internal sealed class ToolSchemas(ReadOnlyMemory<byte> tools)
{
    private Dictionary<string, JsonElement>? _parameters;

    private Dictionary<string, JsonElement> Parameters => _parameters ??= Read();

    /// <summary>False where the tools are known and none has this name.</summary>
    public bool MayKnow(ReadOnlySpan<byte> tool) => Parameters.Count == 0 || Parameters.ContainsKey(Encoding.UTF8.GetString(tool));

    /// <summary>The schema of a tool's parameters; null where it is not known.</summary>
    public JsonElement? Of(string tool) => Parameters.TryGetValue(tool, out var schema) ? schema : null;

    private Dictionary<string, JsonElement> Read()
    {
        var parameters = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        using var document = tools.IsEmpty ? null : ParsedCall.Parse(tools.Span);
        if (document?.RootElement.ValueKind == JsonValueKind.Array)
        {
            foreach (var tool in document.RootElement.EnumerateArray().Where(tool => tool.ValueKind == JsonValueKind.Object))
            {
                // Some clients write the function's members as the tool's own.
                var function = tool.TryGetProperty("function", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : tool;
                if (function.TryGetProperty("name", out var name) && ParsedCall.TextOf(name) is { } text)
                {
                    parameters[Encoding.UTF8.GetString(text)] = function.TryGetProperty("parameters", out var schema) ? schema.Clone() : default;
                }
            }
        }

        return parameters;
    }
}
