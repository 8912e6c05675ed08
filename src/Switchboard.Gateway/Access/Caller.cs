using System.Net;

namespace Switchboard.Gateway.Access;

/// <summary>Who asks, and what they may.</summary>
public sealed record Caller
{
    /// <summary>Somebody of whom nothing is known, where no keys are asked for. They may ask for everything that is no administration of the gateway.</summary>
    public static Caller Anonymous { get; } = new();

    /// <summary>The id of the key; <see cref="MasterKeyId"/> for the master key, <see cref="TokenPrefix"/> and the user for a token; null where none was asked for.</summary>
    public string? KeyId { get; init; }

    /// <summary>What people call the key.</summary>
    public string? KeyName { get; init; }

    /// <summary>The id of the project that the key is in; null for none.</summary>
    public string? Project { get; init; }

    /// <summary>The id of the team that the project is in; null for none.</summary>
    public string? Team { get; init; }

    /// <summary>The person or program behind the key, where that is told; null otherwise.</summary>
    public string? User { get; init; }

    /// <summary>The address that it comes from; null where it has none, as with a Unix socket.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Whether the admin API is open to it.</summary>
    public bool IsAdministrator { get; init; }

    /// <summary>The scopes whose policies hold, the outermost first: team, project, key. All of them must agree.</summary>
    public IReadOnlyList<AccessScope> Scopes { get; init; } = [];

    /// <summary>True where nobody was asked for a key.</summary>
    public bool IsAnonymous => KeyId is null;

    /// <summary>Whom everything belongs to that is cached, remembered or affine: the project, or the key where it has none. Null for nobody in particular.</summary>
    public string? Tenant => Project ?? KeyId;

    /// <summary>What the policies of the scopes allow, made ready for use.</summary>
    internal Permissions Permissions { get; init; } = Permissions.All;

    /// <summary>What the ids of those begin with who come with a token and have no key.</summary>
    public const string TokenPrefix = "jwt:";

    /// <summary>The id of the master key.</summary>
    public const string MasterKeyId = "master";

    /// <summary>Whether it may ask for a model by this name.</summary>
    public bool MayAskFor(string model) => Permissions.AllowModel(model);

    /// <summary>Whether a provider may answer it.</summary>
    public bool MayUse(string provider) => Permissions.AllowProvider(provider);
}
