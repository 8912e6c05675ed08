using Switchboard.Engine;
using Switchboard.Engine.Embeddings;

namespace Switchboard.Gateway.Providers.Local.Models;

/// <summary>The embedding models that are in memory. They are small: loaded when first asked for, they stay.</summary>
internal sealed class EmbedderCache
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Fingerprint, Task<EmbeddingModel> Model)> _models = new(StringComparer.Ordinal);

    /// <summary>The model, loaded once, whoever asks first.</summary>
    /// <exception cref="ModelFileException">The file cannot be used after all.</exception>
    public Task<EmbeddingModel> LoadAsync(LocalModel model)
    {
        lock (_gate)
        {
            if (_models.TryGetValue(model.Path, out var known) && known.Fingerprint == model.Fingerprint && !known.Model.IsFaulted)
            {
                return known.Model;
            }

            var loading = Task.Run(() => EmbeddingModel.Load(model.Path));
            _models[model.Path] = (model.Fingerprint, loading);
            return loading;
        }
    }
}
