using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Providers.Local;

namespace Switchboard.Server;

/// <summary>The kinds of provider that come with Switchboard.</summary>
public static class BuiltInProviders
{
    /// <summary><c>openai</c> and <c>local</c>; add kinds of your own with <see cref="ProviderRegistry.With"/>.</summary>
    public static ProviderRegistry Registry { get; } = ProviderRegistry.Default.With("local", LocalProvider.Create);
}
