namespace Switchboard.Client.Embeddings;

/// <summary>One of the items nearest to a query.</summary>
/// <param name="Item">The item.</param>
/// <param name="Index">Its place among the items that were searched, from 0.</param>
/// <param name="Score">Its cosine similarity to the query, −1 to 1.</param>
/// <typeparam name="T">The kind of item.</typeparam>
public readonly record struct VectorMatch<T>(T Item, int Index, float Score);
