using System.Net;

namespace Switchboard.Gateway.Access;

/// <summary>What some policies allow together, made ready for use: what one of them forbids, the others cannot allow.</summary>
internal sealed class Permissions
{
    private readonly string[][] _models;
    private readonly string[][] _providers;
    private readonly IPNetwork[][] _addresses;

    private Permissions(IReadOnlyList<AccessPolicy> policies)
    {
        _models = [.. policies.Select(policy => policy.AllowedModels.ToArray()).Where(patterns => patterns.Length > 0)];
        _providers = [.. policies.Select(policy => policy.AllowedProviders.ToArray()).Where(patterns => patterns.Length > 0)];

        // What cannot be read allows nobody.
        _addresses = [.. policies.Where(policy => policy.AllowedAddresses.Count > 0).Select(policy => policy.AllowedAddresses.Select(AddressRange.Read).OfType<IPNetwork>().ToArray())];
    }

    /// <summary>Everything.</summary>
    public static Permissions All { get; } = new([]);

    /// <summary>Whether there are models that may not be asked for.</summary>
    public bool LimitModels => _models.Length > 0;

    /// <summary>Whether there are providers that may not answer.</summary>
    public bool LimitProviders => _providers.Length > 0;

    /// <summary>What all of the policies allow.</summary>
    public static Permissions Of(IReadOnlyList<AccessPolicy> policies) => new(policies);

    /// <summary>Whether a model may be asked for by this name.</summary>
    public bool AllowModel(string name) => Allow(_models, name);

    /// <summary>Whether a provider may answer.</summary>
    public bool AllowProvider(string name) => Allow(_providers, name);

    /// <summary>Whether an address may ask.</summary>
    public bool AllowAddress(IPAddress? address)
    {
        if (_addresses.Length == 0)
        {
            return true;
        }

        var asked = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return asked is not null && Array.TrueForAll(_addresses, ranges => Array.Exists(ranges, range => range.Contains(asked)));
    }

    private static bool Allow(string[][] lists, string name)
    {
        foreach (var list in lists)
        {
            var isIn = false;
            foreach (var pattern in list)
            {
                isIn |= NamePattern.Matches(pattern, name);
            }

            if (!isIn)
            {
                return false;
            }
        }

        return true;
    }
}
