namespace MlPipeline.Core;

public sealed partial class DataViewSchema
{
    public sealed partial class Annotations
    {
        /// <summary>Puts annotations together.</summary>
        public sealed class Builder
        {
            private readonly List<(DetachedColumn Column, Delegate Getter)> _items = [];

            /// <summary>An empty builder.</summary>
            public Builder()
            {
            }

            /// <summary>Takes over those kinds of other annotations that the selector picks.</summary>
            public void Add(Annotations? annotations, Func<string, bool> selector)
            {
                ArgumentNullException.ThrowIfNull(selector);
                if (annotations == null)
                    return;
                foreach (Column column in annotations.Schema)
                {
                    if (!column.IsHidden && selector(column.Name))
                        _items.Add((new DetachedColumn(column), annotations.GetGetterDelegate(column)));
                }
            }

            /// <summary>Adds a kind whose value a getter supplies.</summary>
            /// <exception cref="ArgumentException"><typeparamref name="TValue"/> is not the raw type.</exception>
            public void Add<TValue>(
                string name, DataViewType type, ValueGetter<TValue> getter, Annotations? annotations = null) =>
                Add(name, type, (Delegate)getter, annotations);

            /// <summary>Adds a kind; <paramref name="getter"/> is a <see cref="ValueGetter{TValue}"/> of the raw type.</summary>
            /// <exception cref="ArgumentException">It is not.</exception>
            public void Add(string name, DataViewType type, Delegate getter, Annotations? annotations = null)
            {
                var column = new DetachedColumn(name, type, annotations);
                ArgumentNullException.ThrowIfNull(getter);
                Type expected = typeof(ValueGetter<>).MakeGenericType(type.RawType);
                if (getter.GetType() != expected)
                    throw new ArgumentException(
                        $"Annotation '{name}' of type {type} needs a getter of {type.RawType}, not {getter.GetType()}.",
                        nameof(getter));
                _items.Add((column, getter));
            }

            /// <summary>Adds a kind with a fixed value.</summary>
            /// <exception cref="ArgumentException"><typeparamref name="TValue"/> is not the raw type.</exception>
            public void AddPrimitiveValue<TValue>(
                string name, PrimitiveDataViewType type, TValue value, Annotations? annotations = null) =>
                Add<TValue>(name, type, (ref TValue target) => target = value, annotations);

            /// <summary>The annotations added so far.</summary>
            public Annotations ToAnnotations() =>
                _items.Count == 0
                    ? Empty
                    : new Annotations(
                        new DataViewSchema(_items.Select(item => item.Column).ToArray()),
                        _items.Select(item => item.Getter).ToArray());
        }
    }
}
