using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;

namespace Switchboard.Tests.Gateway.Support;

/// <summary>A provider that lists what it is told and answers by remembering the model it was asked for.</summary>
internal sealed class FakeProvider(string name, params string[] models) : IProvider
{
    private readonly Lock _gate = new();

    public string Name => name;

    public IReadOnlyList<string> Models { get; set; } = models;

    public GatewayError? Error { get; set; }

    /// <summary>Where set, a listing waits for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public int Listings { get; private set; }

    public string? Asked { get; private set; }

    public async ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Listings++;
        }

        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        return Error is { } error
            ? new([], error)
            : new([.. Models.Select(model => new ModelDescription(model, DateTimeOffset.UnixEpoch, name))]);
    }

    public bool Offers(ApiOperation operation) => operation is ApiOperation.ChatCompletions or ApiOperation.Completions;

    public ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        Asked = model;
        return new(GatewayOutcome.Answered);
    }
}
