using System.Collections.Frozen;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests.Parameters;

namespace Switchboard.Gateway.Requests;

/// <summary>How requests are read: what is refused, what is left out, what is filled in. Made once from a configuration.</summary>
public sealed class RequestPolicy
{
    private readonly FrozenDictionary<string, RequestDefaults> _defaultsOfModels;
    private readonly FrozenDictionary<ApiOperation, ParameterRow[]> _rows;
    private readonly RequestDefaults? _defaults;

    private readonly Lazy<RequestPolicy> _forTranslated;

    private RequestPolicy(ServerSettings server, IReadOnlyDictionary<string, ModelSettings> models)
    {
        _forTranslated = new(() => IsStrict || IsDynamo ? new RequestPolicy(server with { Strict = false, Compat = ApiCompat.OpenAI }, models) : this);
        IsStrict = server.Strict;
        Compat = server.Compat;
        DropsUnsupported = server.DropUnsupported;
        _defaults = server.Defaults;
        _defaultsOfModels = models
            .Where(model => model.Value.Defaults is not null)
            .ToFrozenDictionary(model => model.Key, model => model.Value.Defaults!.Over(server.Defaults), StringComparer.Ordinal);
        _rows = OperationProfile.All.ToFrozenDictionary(profile => profile.Operation, profile => ParameterTables.Of(profile.Operation, IsStrict, IsDynamo));
    }

    /// <summary>Takes what any provider might.</summary>
    public static RequestPolicy Lenient { get; } = Of(new GatewayConfiguration());

    /// <summary>Refuses what the specification does not know or allow.</summary>
    public static RequestPolicy Strict { get; } = Of(new GatewayConfiguration { Server = new ServerSettings { Strict = true } });

    /// <summary>Whose habits refusals have.</summary>
    public ApiCompat Compat { get; }

    /// <summary>The same for requests that the gateway translated: in what it wrote there is nothing to be strict about.</summary>
    internal RequestPolicy ForTranslated => _forTranslated.Value;

    internal bool IsStrict { get; }

    internal bool DropsUnsupported { get; }

    internal bool IsDynamo => Compat == ApiCompat.Dynamo;

    /// <summary>Members that the specification does not know are not passed on.</summary>
    internal bool MindsUnknown => IsStrict || IsDynamo;

    internal bool HasDefaults => _defaults is not null || _defaultsOfModels.Count > 0;

    internal string? DefaultModel => _defaults?.Model;

    /// <summary>The policy of a configuration that its rules found without fault.</summary>
    public static RequestPolicy Of(GatewayConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new RequestPolicy(configuration.Server, configuration.Models);
    }

    internal RequestDefaults? DefaultsOf(string model) => _defaultsOfModels.GetValueOrDefault(model, _defaults!);

    internal ParameterRow[] RowsOf(ApiOperation operation) => _rows[operation];
}
