using System.Reflection;
using System.Text.Json;
using Switchboard.Client;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Calls;
using Switchboard.Tests.Client.Resources;

namespace Switchboard.Tests.Client.Replay;

/// <summary>An interaction made again by the client's method for its operation, and what came of it.</summary>
internal sealed class ReplayedCall
{
    private ReplayedCall(Interaction interaction, UpstreamRequest sent, CallOutcome? outcome, ApiException? fault)
    {
        Interaction = interaction;
        Sent = sent;
        Outcome = outcome;
        Fault = fault;
    }

    public Interaction Interaction { get; }

    /// <summary>The request that the server got.</summary>
    public UpstreamRequest Sent { get; }

    /// <summary>What the method gave; null when it threw.</summary>
    public CallOutcome? Outcome { get; }

    public ApiException? Fault { get; }

    public static async Task<ReplayedCall> MakeAsync(Interaction interaction, SwitchboardClient client, ReplayUpstream upstream)
    {
        var place = MethodChoice.PlaceOf(interaction.Route.Operation.Id);
        var method = MethodChoice.Typed(place, interaction.Exchange.IsStream || interaction.IsStreamInAddress, interaction.IsForm);
        var arguments = await ArgumentsAsync(interaction, method);
        upstream.Reply(interaction.Exchange.ToAnswer());
        CallOutcome? outcome = null;
        ApiException? fault = null;
        try
        {
            outcome = await CallOutcome.OfAsync(method, ResourceTree.Find(client, place.Resource), arguments);
        }
        catch (ApiException thrown)
        {
            fault = thrown;
        }

        return new ReplayedCall(interaction, await upstream.WaitForRequestAsync(TestContext.Current.CancellationToken), outcome, fault);
    }

    private static async Task<object?[]> ArgumentsAsync(Interaction interaction, MethodInfo method)
    {
        var ids = new Queue<string>(interaction.Route.Ids);
        var pairs = QueryRecord.PairsOf(interaction.Exchange.Uri.Query)
            .Where(pair => !(interaction.IsStreamInAddress && pair.Key == "stream")).ToList();
        var arguments = new List<object?>();
        foreach (var parameter in method.GetParameters())
        {
            arguments.Add(parameter switch
            {
                { Name: "request" } => await RequestAsync(interaction, parameter),
                { Name: "query" } => pairs.Count == 0 && parameter.HasDefaultValue ? null : QueryRecord.Of(parameter.ParameterType, pairs),
                { Name: "options" } => null,
                { Name: "cancellationToken" } => TestContext.Current.CancellationToken,
                _ => ids.Dequeue(),
            });
        }

        return [.. arguments];
    }

    private static async Task<object?> RequestAsync(Interaction interaction, ParameterInfo parameter) => interaction switch
    {
        { IsBodyLost: true } => Sample.Of(parameter.ParameterType),
        { IsForm: true } => FormRequest.Of(parameter.ParameterType, await FormPart.ReadAsync(interaction.Exchange.RequestBody, interaction.ContentType!)),
        { IsJson: true } => JsonSerializer.Deserialize(interaction.Exchange.RequestBody.Span, parameter.ParameterType),
        _ => parameter.HasDefaultValue ? null : throw new InvalidDataException($"{interaction.Source} has no body, and the method wants one."),
    };
}
