namespace Switchboard.Testing.Corpus;

/// <summary>Every JSON body of the shared folder that belongs to an operation of OpenAI's API, and what was left out.</summary>
public sealed class RealTraffic
{
    /// <summary>The operation that the events of a realtime translation's socket are filed under: the specification has none for it.</summary>
    public const string TranslationEvents = "realtime translation socket";

    private static readonly Lazy<RealTraffic> s_all = new(Read);

    private RealTraffic(BodyCollector collector) => (Bodies, Skipped) = (collector.Bodies, collector.Skipped);

    /// <summary>The shared folder's, read once.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder is absent.</exception>
    public static RealTraffic All => s_all.Value;

    /// <summary>The bodies, in the order of their sources.</summary>
    public IReadOnlyList<RealBody> Bodies { get; }

    /// <summary>What is no JSON body of an operation.</summary>
    public IReadOnlyList<SkippedBody> Skipped { get; }

    private static RealTraffic Read()
    {
        var collector = new BodyCollector();
        var exchanges = new ExchangeBodies(collector);
        exchanges.AddSessions();
        exchanges.AddCassettes();
        var fixtures = new FixtureBodies(collector);
        fixtures.AddVercel();
        fixtures.AddSemanticKernel();
        fixtures.AddSdks();
        fixtures.AddWebhooks();
        return new RealTraffic(collector);
    }
}
