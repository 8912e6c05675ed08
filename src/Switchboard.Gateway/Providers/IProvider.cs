namespace Switchboard.Gateway.Providers;

/// <summary>Something that runs models. What it can run is told by the capability interfaces it implements.</summary>
public interface IProvider
{
    /// <summary>Its name in the configuration, and the prefix of <c>provider/model</c>.</summary>
    string Name { get; }

    /// <summary>The models it offers now; an error where it cannot be asked.</summary>
    ValueTask<ModelListing> ListModelsAsync(CancellationToken cancellationToken);
}
