using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Relay;

/// <summary>What of a call's body is changed for one provider.</summary>
internal static class RequestEdits
{
    private static readonly ProviderSettings s_usual = new() { Type = "openai" };

    /// <summary>The edits of a call, and the model's name where the provider has another for it. More may be added.</summary>
    public static BodyEdits Of(GatewayCall call, string model) => Of(call, model, s_usual, out _);

    /// <summary>The same, and what the provider's settings leave out or rename.</summary>
    /// <param name="call">The call.</param>
    /// <param name="model">The model's name at the provider.</param>
    /// <param name="settings">The provider's settings.</param>
    /// <param name="refused">The member that they refuse; null where there is none.</param>
    public static BodyEdits Of(GatewayCall call, string model, ProviderSettings settings, out string? refused)
    {
        refused = null;
        // What the gateway itself put in, in translating, goes only to those who are known to take such things.
        var isTranslated = call.Origin is not null && !settings.TakesExtensions;
        var leavesOut = settings.Extensions == ExtensionHandling.Drop || (isTranslated && call.Origin is not { IsOfOpenAI: true });
        var edits = (leavesOut || settings.Parameters.Count > 0) && !call.Body.IsEmpty && call.Operation != ApiOperation.Other
            ? ExtensionMembers.Settle(call, leavesOut, settings.Parameters, out refused)
            : new BodyEdits(call.Edits);
        if (leavesOut || isTranslated)
        {
            ChatExtension.LeaveOut(call, edits);
        }

        if (model.Length > 0 && (model != call.Facts.Model || !call.Facts.HasModel))
        {
            Rename(edits, call, model);
        }

        return edits;
    }

    private static void Rename(BodyEdits edits, GatewayCall call, string model)
    {
        var (start, length) = call.Facts.ModelSpan.GetOffsetAndLength(call.Body.Length);
        if (length == 0)
        {
            edits.AddMember(call.Body.Span, "model", BodyEdits.Quote(model));
        }
        else
        {
            edits.Replace(start, length, BodyEdits.Quote(model));
        }
    }
}
