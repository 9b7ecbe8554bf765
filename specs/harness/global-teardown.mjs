import { failOnRepositoryLeaks } from './repository-state.mjs';

export default failOnRepositoryLeaks;
