using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Rules;

namespace Switchboard.Gateway.Providers.Local.Requests;

/// <summary>
/// <c>tools</c> and <c>tool_choice</c>. Local models call no tools: where a call is one possibility, the answer is
/// text; where it is demanded, the request is refused.
/// </summary>
internal sealed class ToolMembers
{
    private bool _hasTools;
    private string? _demand;

    /// <summary>Reads <c>tools</c>, checking names and parameters.</summary>
    public GatewayError? ReadTools(ref Utf8JsonReader json)
    {
        var error = ToolsRule.Check(ref json, isNested: true, out var count);
        _hasTools = count > 0;
        return error;
    }

    /// <summary>Reads <c>tool_choice</c> or the older <c>function_call</c>.</summary>
    public GatewayError? ReadChoice(ref Utf8JsonReader json, string name)
    {
        var error = ToolChoiceRule.Check(ref json, name, out var demand);
        _demand = demand == ToolDemand.None ? _demand : name;
        return error;
    }

    /// <summary>Rules that look at both.</summary>
    public GatewayError? CheckWhole() => _demand switch
    {
        null => null,
        "tool_choice" when !_hasTools => Contradictions.ChoiceWithoutTools(),
        _ => GatewayError.InvalidRequest($"A local model cannot call tools, and '{_demand}' demands it. Use 'auto', or another provider's model.", _demand, "unsupported_value"),
    };
}
