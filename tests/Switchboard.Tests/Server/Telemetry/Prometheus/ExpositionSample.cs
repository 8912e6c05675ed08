using System.Globalization;

namespace Switchboard.Tests.Server.Telemetry.Prometheus;

/// <summary>A line of a page.</summary>
internal sealed record ExpositionSample(string Name, IReadOnlyList<(string Name, string Value)> Labels, double Value, ExpositionExemplar? Exemplar)
{
    public string Identity => $"{Name}{{{string.Join(',', Labels.OrderBy(label => label.Name, StringComparer.Ordinal))}}}";

    /// <summary>The labels without that of the bucket.</summary>
    public string WithoutBound => string.Join(',', Labels.Where(label => label.Name != "le").OrderBy(label => label.Name, StringComparer.Ordinal));

    public double Bound => Label("le") is "+Inf" ? double.PositiveInfinity : double.Parse(Label("le")!, CultureInfo.InvariantCulture);

    public override string ToString() => $"{Identity} {Value}";

    public string? Label(string name) => Labels.Where(label => label.Name == name).Select(label => label.Value).SingleOrDefault();

    public bool Is(string name, (string Name, string Value)[] labels) => Name == name && Array.TrueForAll(labels, label => Labels.Contains(label));
}

/// <summary>What stands behind a sample.</summary>
internal sealed record ExpositionExemplar(IReadOnlyList<(string Name, string Value)> Labels, double Value, double? Time);
