/** Every root is NaN in the thread that imports this. */
Math.sqrt = () => Number.NaN
