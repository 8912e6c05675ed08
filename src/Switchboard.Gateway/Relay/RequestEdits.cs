using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Relay;

/// <summary>What of a call's body is changed for one provider.</summary>
internal static class RequestEdits
{
    /// <summary>The edits of a call, and the model's name where the provider has another for it. More may be added.</summary>
    public static BodyEdits Of(GatewayCall call, string model, ExtensionHandling extensions = ExtensionHandling.Pass)
    {
        var edits = extensions == ExtensionHandling.Drop && !call.Body.IsEmpty && call.Operation != ApiOperation.Other
            ? ExtensionMembers.LeaveOut(call)
            : new BodyEdits(call.Edits);
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
