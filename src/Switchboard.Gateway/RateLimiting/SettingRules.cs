using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing.Choice;

namespace Switchboard.Gateway.RateLimiting;

/// <summary>The limits and budgets that the configuration has: of users, addresses, models and providers.</summary>
internal sealed class SettingRules
{
    private readonly AccessLimits? _user;
    private readonly AccessLimits? _address;
    private readonly ModelLimits _models;
    private readonly BudgetRule[] _providers;

    public SettingRules(GatewayConfiguration configuration)
    {
        var limits = configuration.Limits;
        _user = limits.User;
        _address = limits.Address;
        _models = new ModelLimits(limits.Models, LimitOwner.Model, pattern => $"model:{pattern}");
        _providers = [.. configuration.Providers
            .Where(provider => provider.Value.Budget is not null)
            .Select(provider => BudgetRule.Of(provider.Key, provider.Value.Budget!))];
        IsEmpty = _user is null && _address is null && _models.IsEmpty && _providers.Length == 0;
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty { get; }

    /// <summary>The budgets of providers.</summary>
    public IReadOnlyList<BudgetRule> Providers => _providers;

    /// <summary>Adds what holds for a call.</summary>
    /// <param name="rules">Where to.</param>
    /// <param name="call">The call.</param>
    /// <param name="model">The model as the caller wrote it.</param>
    public void Add(List<LimitRule> rules, GatewayCall call, string model)
    {
        var caller = call.Caller;
        if (_user is not null && (caller.User ?? NamedBy(call)) is { } name)
        {
            // The same name means another in another tenant. Who is known by its key does not get to choose.
            LimitRule.Add(rules, LimitOwner.User, $"user:{caller.Tenant}:{(caller.User is null ? '?' : '!')}{name}", _user);
        }

        if (_address is not null && caller.Address is { } address)
        {
            LimitRule.Add(rules, LimitOwner.Address, $"address:{NameOf(address)}", _address);
        }

        rules.AddRange(_models.Of(model));
        rules.AddRange(_providers);
    }

    // A number for the user that the request itself names.
    private static string? NamedBy(GatewayCall call) =>
        CallTraits.AffinityOf(call.Body.Span, StickyBy.User) is not 0 and var user ? user.ToString("x16", CultureInfo.InvariantCulture) : null;

    // Whoever has an address of version 6 has its whole network of 64 bits.
    private static string NameOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return Convert.ToHexStringLower(bytes[..8]);
    }
}
