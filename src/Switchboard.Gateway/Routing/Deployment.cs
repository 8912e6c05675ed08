using Switchboard.Gateway.Admission;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Routing.Choice;
using Switchboard.Gateway.Routing.State;

namespace Switchboard.Gateway.Routing;

/// <summary>A deployment as routing uses it: all that a choice asks for, worked out beforehand.</summary>
internal sealed class Deployment
{
    private static readonly ApiOperation[] s_operations = Enum.GetValues<ApiOperation>();

    private readonly int _star;
    private readonly int _requests;
    private readonly int _tokens;

    public Deployment(IProvider provider, DeploymentSettings settings, DeploymentState state)
    {
        Provider = provider;
        Settings = settings;
        State = state;
        Weight = settings.Weight;
        _requests = settings.RequestsPerMinute ?? 0;
        _tokens = settings.TokensPerMinute ?? 0;
        IsLimited = _requests + _tokens > 0;
        _star = settings.Model.IndexOf('*', StringComparison.Ordinal);
        Seed = Affinity.Hash(System.Text.Encoding.UTF8.GetBytes(state.Name));
        Operations = s_operations.Where(provider.Offers).Aggregate(0u, (all, operation) => all | Bit(operation));
    }

    /// <summary>Its provider.</summary>
    public IProvider Provider { get; }

    /// <summary>Its settings.</summary>
    public DeploymentSettings Settings { get; }

    /// <summary>What is known of it now.</summary>
    public DeploymentState State { get; }

    /// <summary>Its share of the calls beside the others'.</summary>
    public int Weight { get; }

    /// <summary>Its own limit; null for none.</summary>
    public AdmissionGate? Gate { get; init; }

    /// <summary>Its provider's limit; null for none.</summary>
    public AdmissionGate? ProviderGate { get; init; }

    /// <summary>Its tags, a bit each.</summary>
    public ulong Tags { get; init; }

    /// <summary>What a million tokens of prompt and answer cost, three of the former to one of the latter; infinite where that is not known.</summary>
    public double Price { get; init; } = double.PositiveInfinity;

    /// <summary>What its provider offers, a bit each.</summary>
    public uint Operations { get; }

    /// <summary>What tells it from others where callers stick to one.</summary>
    public ulong Seed { get; }

    /// <summary>True where it answers to many names.</summary>
    public bool IsPattern => _star >= 0;

    /// <summary>True where a call would have to wait.</summary>
    public bool IsFull => Gate?.IsFull is true || ProviderGate?.IsFull is true;

    /// <summary>True where requests or tokens are counted.</summary>
    public bool IsLimited { get; }

    /// <summary>The bit of an operation in <see cref="Operations"/>.</summary>
    public static uint Bit(ApiOperation operation) => 1u << (int)operation;

    /// <summary>The model's name at the provider.</summary>
    /// <param name="match">What the <c>*</c> stands for.</param>
    public string ModelFor(string match) =>
        _star < 0 ? Settings.Model : Settings.Model.Length == 1 ? match : $"{Settings.Model.AsSpan(0, _star)}{match}{Settings.Model.AsSpan(_star + 1)}";

    /// <summary>Whether the limits of a minute let a request of so many tokens through.</summary>
    public bool HasRoom(int tokens, long now) =>
        !IsLimited || ((_requests == 0 || State.Requests.HasRoom(1, _requests, now)) && (_tokens == 0 || State.Tokens.HasRoom(tokens, _tokens, now)));

    /// <summary>How long until they do.</summary>
    public TimeSpan UntilRoom(int tokens, long now)
    {
        var requests = _requests > 0 ? State.Requests.UntilRoom(1, _requests, now) : TimeSpan.Zero;
        var ofTokens = _tokens > 0 ? State.Tokens.UntilRoom(tokens, _tokens, now) : TimeSpan.Zero;
        return requests > ofTokens ? requests : ofTokens;
    }
}
