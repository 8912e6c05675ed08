using System.Reflection;

namespace Switchboard.Server;

/// <summary>The version of this build.</summary>
public static class ProductVersion
{
    /// <summary>The version without the build's commit.</summary>
    public static string Text { get; } =
        (typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}
