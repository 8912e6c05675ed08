namespace Switchboard.Gateway.Configuration;

/// <summary>The files and batches of callers, the <c>files:</c> part.</summary>
public sealed record FileSettings
{
    /// <summary>Who keeps them (<c>store</c>). Default <see cref="FileKeeper.Auto"/>.</summary>
    public FileKeeper Store { get; init; }

    /// <summary>The largest file that the gateway keeps, in megabytes (<c>max_mb</c>), 1 to 65,536. Default 512.</summary>
    public int MaxMegabytes { get; init; } = 512;
}

/// <summary>Who keeps the files of callers, and runs their batches.</summary>
public enum FileKeeper
{
    /// <summary>The provider that calls without a model go to, where its kind has files; else the gateway.</summary>
    Auto,

    /// <summary>The gateway.</summary>
    Gateway,

    /// <summary>A provider, whatever its kind.</summary>
    Provider,
}
